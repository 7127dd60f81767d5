"""Two years of training in the demo city: cohorts in every state, with who was invited, came, passed and was certified.

What a cohort led to agrees with the certificates that businesses hold: who "got" one here holds it in the registry.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from random import Random

from sqlalchemy import insert, or_, select, update

from marketplace.models import db
from marketplace.models.businesses import Business
from marketplace.models.training import Attendance, Cohort, Enrolment, Package
from marketplace.rules.calendars import jakarta_date
from marketplace.rules.cohorts import USUAL, Means, Record, faults_of
from marketplace.rules.policy import Role
from marketplace.rules.training import CohortState, EnrolmentState
from marketplace.services.training import enrolments
from seeds.demo_budgets import Money
from seeds.demo_events import Chronicle
from seeds.demo_people import People
from seeds.demo_registry import moment
from seeds.trainees import Trainee, trainees
from seeds.training_plan import EXCUSES, OWNER, PLACES, PLAN, TRAINERS

C, E = CohortState, EnrolmentState
FIRST_OF_THE_OWNER, INVITES_THE_OWNER = "WIRAUSAHA-DASAR", ("DIGITAL", "inviting")
JUDGED, HELD = {"ended"}, {"ended", "undecided", "running"}


def write_training(people: People, chronicle: Chronicle, money: Money, luck: Random, at: datetime) -> int:
    """Write it as of `at`; needs the registry, packages, demo accounts and budgets. Returns how many cohorts.

    Never commits.
    """
    return _Training(people, chronicle, money, luck, at).write()


class _Training:
    """Writes one cohort after the other, oldest first: who passed one may enter the next."""

    def __init__(self, people: People, chronicle: Chronicle, money: Money, luck: Random, at: datetime) -> None:
        self.note, self.luck, self.at, self.today = chronicle.note, luck, at, jakarta_date(at)
        self.clerk = people.actors[(Role.CLERK, None, None)]
        self.packages = {package.code: package for package in db.session.scalars(select(Package))}
        self.everybody = trainees()
        self.money, self.count = money, 0
        self.trained: dict[int, datetime] = {}
        self.there: list[dict[str, object]] = []

    def write(self) -> int:
        """All of PLAN that the city has people and money for."""
        for offset, code, fate in PLAN:
            package = self.packages.get(code)
            if package is not None:
                self._cohort(package, self.today + timedelta(days=offset), fate)
        if self.there:
            db.session.execute(insert(Attendance), self.there)
        for number, when in sorted(self.trained.items()):
            earlier = or_(Business.trained_at.is_(None), Business.trained_at > when)
            db.session.execute(update(Business).where(Business.id == number, earlier).values(trained_at=when))
        return self.count

    def _token(self) -> str:
        return f"{self.luck.getrandbits(128):032x}"[:22]

    def _cohort(self, package: Package, first: date, fate: str) -> None:
        last = first + timedelta(days=package.days - 1)
        if last.year > first.year and first > self.today:  # (one budget pays for a cohort)
            first, last = date(last.year, 1, 4), date(last.year, 1, 3) + timedelta(days=package.days)
        chosen = self._choose(package, first, last, fate)
        least = 0 if fate in {"planned", "open", "cancelled"} else package.min_cohort
        planned = min(first - timedelta(days=45), self.today - timedelta(days=12))
        year = first.year
        if len(chosen) < least or year < self.today.year - 1 or not self.money.fits(package, package.seats, year):
            return
        self.count += 1
        cohort = Cohort(
            code=self.money.code("A", moment(planned)),
            package_id=package.id,
            budget_id=self.money.budget(year).id,
            starts_on=first,
            ends_on=last,
            hours=USUAL.hours,
            place="" if fate == "planned" else self.luck.choice(PLACES),
            trainer="" if fate == "planned" else self.luck.choice(TRAINERS),
            seats=package.seats,
            class_token=self._token(),
            room_token=self._token(),
        )
        db.session.add(cohort)
        db.session.flush()
        self.note(moment(planned), "cohort.plan", cohort, self.clerk, ("", str(C.PLANNED)))
        self.money.commit(cohort, moment(planned))
        self._live(cohort, fate, planned)
        self._fill(cohort, package, chosen, fate, planned)
        db.session.flush()
        if fate in {"ended", "undecided"}:
            self.money.pay(cohort, cohort.taken)
        paid = last + timedelta(days=35)
        if fate == "ended" and paid < self.today:
            self.money.release(cohort, moment(paid))

    def _live(self, cohort: Cohort, fate: str, planned: date) -> None:
        """The steps of its life, as far as it has come."""
        begun, over = min(moment(cohort.starts_on, 1), self.at), moment(cohort.ends_on + timedelta(days=1), 2)
        if fate == "planned":
            return
        self.note(moment(planned + timedelta(days=3)), "cohort.invite", cohort, self.clerk, ("planned", "inviting"))
        cohort.state = C.INVITING
        if fate == "cancelled":
            cohort.state, cohort.reason = C.CANCELLED, "Narasumber berhalangan; digabung dengan angkatan berikutnya."
            when = moment(cohort.starts_on - timedelta(days=5))
            self.note(when, "cohort.cancel", cohort, self.clerk, ("inviting", "cancelled"), cohort.reason)
            self.money.release(cohort, when)
        if fate in HELD:
            cohort.state = C.RUNNING
            self.note(begun, "cohort.start", cohort, self.clerk, ("inviting", "running"))
        if fate in {"ended", "undecided"}:
            cohort.state = C.ENDED
            self.note(over, "cohort.end", cohort, self.clerk, ("running", "ended"))

    # -- people -----------------------------------------------------------------------

    def _choose(self, package: Package, first: date, last: date, fate: str) -> list[Trainee]:
        """Who is invited, in the order of seats: those who got its certificate afterwards, then others it lets in."""
        fit = [one for one in self.everybody if one.fits(package, first)]
        if package.grants_code and fate == "ended":
            ready = [p for p in fit if last < p.held.get(package.grants_code, date.min) <= last + timedelta(days=300)]
        else:
            ready = [p for p in fit if p.trained]
        self.luck.shuffle(ready)
        wanted = ready[: int(package.seats * 0.7)]
        taken = {p.id for p in wanted}
        rest = [p for p in fit if p.id not in taken and (package.grants_code or "") not in p.held]
        more = int(package.seats * (1.5 if fate in {"inviting", "full"} else 1.2)) - len(wanted)
        wanted += self.luck.sample(rest, min(len(rest), max(0, more)))
        if fate in {"planned", "open", "cancelled"}:
            return []
        owner = [p for p in fit if p.id == OWNER]
        if package.code == FIRST_OF_THE_OWNER or (package.code, fate) == INVITES_THE_OWNER:
            wanted = owner + [p for p in wanted if p.id != OWNER]
        elif package.code == INVITES_THE_OWNER[0]:
            wanted = [p for p in wanted if p.id != OWNER]
        return wanted

    def _fill(self, cohort: Cohort, package: Package, chosen: list[Trainee], fate: str, planned: date) -> None:
        sent = moment(planned + timedelta(days=3), 3)
        seats = cohort.seats if fate in HELD or fate == "full" else 4
        for number, who in enumerate(chosen):
            one = Enrolment(
                cohort_id=cohort.id,
                package_id=package.id,
                business_id=who.id,
                token=self._token(),
                invited_at=sent + timedelta(minutes=number),
            )
            db.session.add(one)
            db.session.flush()
            self.note(one.invited_at, "enrolment.invite", one, self.clerk, ("", str(E.INVITED)))
            who.inside.add(package.code)
            if who.id == OWNER and (package.code, fate) == INVITES_THE_OWNER:
                enrolments.tell_invited(one, one.invited_at)
            elif fate == "inviting" and number % 3 == 2:
                continue  # no answer yet
            elif self.luck.random() < 0.06 and who.id != OWNER:
                self._out(one, who, package.code, self.luck.choice(EXCUSES), one.invited_at + timedelta(days=1))
            elif cohort.taken < seats:
                self._seat(one, cohort, package, who, fate)
            else:
                self._ask(one)
                if fate in {"ended", "undecided"}:
                    over = moment(cohort.ends_on + timedelta(days=1), 2)
                    self._out(one, who, package.code, "Angkatan selesai tanpa kursi untuk Anda.", over)
                elif fate in {"full", "running"}:
                    one.state = E.WAITING
                    when = one.applied_at or self.at
                    self.note(when + timedelta(minutes=1), "enrolment.wait", one, self.clerk, ("applied", "waiting"))

    def _ask(self, one: Enrolment) -> None:
        one.applied_at = one.declared_at = one.invited_at + timedelta(hours=self.luck.randrange(2, 90))
        one.state = E.APPLIED
        self.note(one.applied_at, "enrolment.apply", one, enrolments.BY_LINK, ("invited", "applied"))

    def _out(self, one: Enrolment, who: Trainee, code: str, reason: str, when: datetime) -> None:
        before, one.state, one.reason, one.decided_at = str(one.state or E.INVITED), E.DROPPED, reason, when
        who.inside.discard(code)
        self.note(when, "enrolment.drop", one, enrolments.BY_LINK, (before, "dropped"), reason)

    def _seat(self, one: Enrolment, cohort: Cohort, package: Package, who: Trainee, fate: str) -> None:
        self._ask(one)
        cohort.taken += 1
        one.selected_at = (one.applied_at or one.invited_at) + timedelta(hours=20)
        one.state = E.SELECTED
        self.note(one.selected_at, "enrolment.select", one, self.clerk, ("applied", "selected"))
        if fate not in HELD:
            return
        days = [cohort.starts_on + timedelta(days=n) for n in range(package.days)]
        came = [day for day in days if day <= self.today and (who.id == OWNER or self.luck.random() < 0.95)]
        self.there += [self._present(one, cohort, day) for day in came]
        if not came:
            if fate in JUDGED:
                cohort.taken -= 1
                self._out(one, who, package.code, "Tidak pernah hadir.", moment(cohort.ends_on + timedelta(days=2)))
            return
        one.state = E.ATTENDING
        self.note(min(moment(came[0], 2), self.at), "enrolment.attend", one, self.clerk, ("selected", "attending"))
        one.before_score = self.luck.randrange(30, 66)
        if fate != "running":
            one.after_score = min(100, one.before_score + self.luck.randrange(8, 45))
        if fate in JUDGED:
            self._judge(one, cohort, package, who, len(came))

    def _present(self, one: Enrolment, cohort: Cohort, day: date) -> dict[str, object]:
        return {
            "enrolment_id": one.id,
            "day": day,
            "cohort_id": cohort.id,
            "starts_on": cohort.starts_on,
            "ends_on": cohort.ends_on,
            "recorded_at": min(moment(day, 1) + timedelta(minutes=self.luck.randrange(50)), self.at),
            "means": Means.SCAN if self.luck.random() < 0.6 else Means.LIST,
            "recorded_by_id": self.clerk.user_id,
        }

    def _judge(self, one: Enrolment, cohort: Cohort, package: Package, who: Trainee, came: int) -> None:
        when = moment(cohort.ends_on + timedelta(days=2), 3)
        got = who.held.get(package.grants_code or "", date.min) > cohort.ends_on
        if got or who.id == OWNER:
            one.after_score = max(one.after_score or 0, USUAL.min_score + 8)
        faults = [] if got or who.id == OWNER else faults_of(Record(came, package.days, one.after_score), USUAL)
        one.decided_at = when
        if faults:
            one.state, one.reason = E.FAILED, " ".join(fault.label % params for fault, params in faults)
            who.inside.discard(package.code)
            self.note(when, "enrolment.fail", one, self.clerk, ("attending", "failed"), one.reason)
            return
        if came * 100 < USUAL.min_attendance * package.days:
            one.reason = "Hari yang tertinggal diganti kelas susulan."
        one.state, one.paper_code, one.paper_token = E.PASSED, self.money.code("SP", when), self._token()
        who.passed[package.code] = cohort.ends_on
        self.trained[who.id] = min(when, self.trained.get(who.id, when))
        self.note(when, "enrolment.pass", one, self.clerk, ("attending", "passed"), one.reason)
        if got and package.grants_code in who.paper:
            one.state, one.certificate_id = E.CERTIFIED, who.paper[package.grants_code]
            one.certified_at = min(moment(who.held[package.grants_code] + timedelta(days=1), 4), self.at)
            self.note(one.certified_at, "enrolment.certify", one, self.clerk, ("passed", "certified"))
