#!/usr/bin/env python3
"""What must have been told in a year, and on which day: computed from what happened, the holidays
and the rules' words (README of the notification service, common/domain/rule.h), without a line of
the service. Every hit of a rule is looked for among whole lists of days; nothing is kept from one
day to the next but what was told.

usage: year_expected.py HISTORY HOLIDAYS.csv FROM UNTIL [--without DAY]
Writes "day unit rule task anchor step", days as numbers, sorted. --without leaves one holiday out:
the comparison that uses this must then fail."""
import bisect
import csv
import datetime
import sys

ZERO = datetime.date(1970, 1, 1).toordinal()
FAR = 10**6
MAX_AGE = 30
KINDS = ["before", "due", "after"]  # of the same due day: of them only the latest counts


def number(text):
    return datetime.date.fromisoformat(text).toordinal() - ZERO


def weekday(day):
    return datetime.date.fromordinal(day + ZERO).weekday()


class Calendar:
    """The days of one unit, or of all (""): its own word first, then that for all, then the week."""

    def __init__(self, said, unit, first, last):
        self.days = [d for d in range(first, last) if self.works(said, unit, d)]
        self.set = set(self.days)

    @staticmethod
    def works(said, unit, day):
        kind = said.get((unit, day), said.get(("", day), "ordinary"))
        if kind == "as_above":
            kind = said.get(("", day), "ordinary")
        return kind == "worked" or (kind == "ordinary" and weekday(day) < 5)

    def at_or_after(self, day):
        return self.days[bisect.bisect_left(self.days, day)]

    def last_before(self, day):
        return self.days[bisect.bisect_left(self.days, day) - 1]

    def step(self, day, n):
        """The n-th working day after `day`, or before it."""
        if n > 0:
            return self.days[bisect.bisect_right(self.days, day) + n - 1]
        return self.days[bisect.bisect_left(self.days, day) + n]


class Task:
    def __init__(self, words, day):
        self.id, self.plan, self.unit, self.area = int(words[0]), words[1], words[2], words[3]
        self.start, self.due = int(words[4]), int(words[5])
        self.assigned, self.state, self.before_pause = day, "assigned", ""
        self.reported = self.waiting = 0
        self.promises = {}  # a lead's word holds as long as the task is its
        self.received = False

    @property
    def promised(self):
        return self.promises.get(self.unit, 0)

    def open(self):
        return self.state in ("assigned", "in_progress", "returned")

    def first(self):
        return self.start or self.assigned


class World:
    def __init__(self, history, holidays, without):
        self.said, self.calendars = {}, {}
        self.tasks, self.rules, self.plans, self.weekly, self.silences = {}, {}, {}, set(), []
        self.events = {}
        kinds = {"holiday": "holiday", "compensatory": "compensatory", "working_swap": "worked"}
        for row in csv.DictReader(open(holidays, encoding="utf-8")):
            if row["date"] != without:
                self.said["", number(row["date"])] = kinds[row["kind"]]
        for line in open(history, encoding="utf-8"):
            day, *words = line.rstrip("\n").split("\t")
            self.events.setdefault(int(day), []).append(words)

    def calendar(self, unit):
        if unit not in self.calendars:
            self.calendars[unit] = Calendar(self.said, unit, number("2024-06-01"), number("2028-12-31"))
        return self.calendars[unit]

    # --- what happened -------------------------------------------------------------------------

    def happen(self, day):
        for what, *words in self.events.get(day, []):
            if what == "rule":
                self.set_rule(words)
            elif what == "unit":
                if words[1] == "weekly":
                    self.weekly.add(words[0])
            elif what == "start":
                assigner = self.plans.get(words[0], (words[1], 0))[0]
                self.plans[words[0]] = (assigner, int(words[2]))
            elif what == "day":
                self.said[words[0], int(words[1])] = words[2]
                self.calendars.clear()
            elif what == "silence":
                self.silences.append((words[0], words[1], words[2], int(words[3]), int(words[4])))
            elif what == "task":
                self.tasks[int(words[0])] = Task(words, day)
            else:
                self.happen_to(self.tasks[int(words[0])], what, words[1:], day)

    def set_rule(self, words):
        numbers = [int(n) for n in words[3].split(",") if n]
        self.rules[words[0]] = {"on": words[1] == "on", "by": words[2], "numbers": numbers,
                                "days": int(words[4]), "percent": int(words[5])}

    @staticmethod
    def happen_to(task, what, words, day):
        if what == "report":
            task.reported, task.received = day, True
            task.state = "in_progress" if task.state in ("assigned", "returned") else task.state
        elif what == "receive":
            task.received = True
        elif what == "request":
            task.waiting, task.state, task.received = day, "awaiting", True
        elif what == "ask":
            task.waiting = day
        elif what in ("confirm", "return"):
            task.waiting, task.state = 0, "completed" if what == "confirm" else "returned"
        elif what == "grant":
            task.waiting, task.due = 0, int(words[0])
        elif what == "refuse":
            task.waiting = 0
        elif what == "pause":
            task.before_pause, task.state = task.state, "paused"
        elif what == "resume":
            task.state, task.due = task.before_pause, int(words[0])
        elif what == "promise":
            task.promises[task.unit] = int(words[0])
        elif what == "assign":
            task.unit, task.assigned, task.reported, task.received = words[0], day, 0, False
        else:
            raise SystemExit("unknown event " + what)

    # --- on which days a rule speaks -----------------------------------------------------------

    def hits(self, name, task, until):
        """All (day, anchor, step) of the rule up to a day, as the task is now; ascending."""
        rule, cal = self.rules[name], self.calendar(task.unit)
        found = []
        if name in KINDS:
            if task.open() and task.due:
                found = self.hits_of_due_day(name, rule, task, cal, until)
        elif name == "not-begun":
            first, span = task.first(), task.due - task.first()
            if task.state == "assigned" and task.due and span > 0:
                day = next(d for d in range(first, FAR) if (d - first) * 100 >= span * rule["percent"])
                day = cal.at_or_after(day)
                if day <= task.due:
                    found = [(day, task.due, rule["percent"])]
        elif name == "no-update":
            if task.open():
                anchor = max(task.first(), task.reported or task.assigned)
                rounds = {}
                for k in range(1, 400 // rule["days"] + 2):
                    rounds[cal.at_or_after(anchor + k * rule["days"])] = k * rule["days"]
                found = [(day, anchor, step) for day, step in rounds.items()]
        elif name == "waiting":
            if task.waiting and (task.open() or task.state == "awaiting"):
                found = [(cal.at_or_after(task.waiting + rule["days"]), task.waiting, rule["days"])]
        elif name == "not-received":
            if task.state == "assigned" and not task.received:
                found = [(cal.step(task.assigned, rule["days"]), task.assigned, rule["days"])]
        elif name == "promise":
            if task.open() and task.promised:
                found = [(cal.step(task.promised, 1), task.promised, 1)]
        return sorted(hit for hit in found if hit[0] <= until)

    @staticmethod
    def hits_of_due_day(name, rule, task, cal, until):
        if name == "due":
            day = task.due if task.due in cal.set else cal.last_before(task.due)
            return [(day, task.due, 0)]
        steps = rule["numbers"]
        if rule["by"] == "gaps":
            gaps, steps, at = rule["numbers"], [], 0
            for i in range(200):
                gap = gaps[min(i, len(gaps) - 1)]
                if gap == 0:
                    break
                at += gap
                steps.append(at)
                if cal.step(task.due, at) > until:
                    break
        return [(cal.step(task.due, step), task.due, step) for step in steps]

    # --- who holds back ------------------------------------------------------------------------

    def silences_of(self, task, rule):
        mine = {"task": str(task.id), "unit": task.unit, "plan": task.plan}
        return [(first, last) for kind, what, of, first, last in self.silences
                if mine[kind] == what and of in ("", rule)]

    def muted(self, task, rule, day):
        return any(first <= day <= last for first, last in self.silences_of(task, rule))

    def over(self, task, rule, day):
        return max((s for s in self.silences_of(task, rule) if s[1] < day), key=lambda s: s[1],
                   default=(0, 0))

    # --- on which day it is told ---------------------------------------------------------------

    def sends(self, unit, day):
        """The first day from `day` on that is worked by all and by the unit."""
        for_all, own = self.calendar(""), self.calendar(unit)
        while day not in for_all.set or day not in own.set:
            day += 1
        return day

    def tells(self, unit, day, due):
        first = self.sends(unit, day)
        if unit not in self.weekly:
            return first
        mondays = [d for d in range(first - 21, first + 21) if weekday(d) == 0]
        weekly = min(d for d in (self.sends(unit, m) for m in mondays) if d >= first)
        if not first <= due < weekly:
            return weekly
        on = due if self.sends(unit, due) == due else self.calendar(unit).last_before(due)
        return max(on, first)

    # --- one task on one day -------------------------------------------------------------------

    def newest(self, name, task, day):
        """What of the rule counts today: its newest hit, unless something takes it away."""
        if not self.rules[name]["on"] or self.muted(task, name, day):
            return None
        floor = max(day - MAX_AGE - 1, self.plans[task.plan][1] - 1, self.over(task, name, day)[1])
        if name == "after":
            floor = max(floor, task.promised)
        found = self.hits(name, task, day)
        return found[-1] if found and found[-1][0] > floor else None

    def says(self, task, day, told):
        """(rule, anchor, step, day it fell, recipient) that count today, told or not."""
        assigner, started = self.plans.get(task.plan, ("", 0))
        if not started or started > day or task.state in ("completed", "paused"):
            return []
        out, best = [], None
        for name in self.rules:
            if name in ("first", "silence-over"):
                continue
            hit = self.newest(name, task, day)
            if hit is None:
                continue
            if name not in KINDS:
                out.append((name, hit[1], hit[2], hit[0], assigner if name == "waiting" else task.unit))
            elif best is None or hit[0] >= best[3]:
                best = (name, hit[1], hit[2], hit[0], task.unit)
        out += self.summaries(task, day, told, best[3] if best else 0)
        if best and not task.promised >= day > task.due:
            out.append(best)
        return out

    def summaries(self, task, day, told, newest):
        started = self.plans[task.plan][1]
        if not newest and started > day - MAX_AGE - 1 and not self.muted(task, "first", day) and task.open():
            since = 0
            if task.due and task.due < started:
                since = task.due + 1
            elif task.due and self.rules["before"]["on"]:
                early = [hit[0] for hit in self.hits("before", task, started - 1)]
                since = early[-1] if early else 0
            if since and not any(t >= since and k[1] == task.id and k[4] == task.unit
                                 for k, t in told.items()):
                return [("first", task.due, 0, started, task.unit)]
        if not task.open():  # who waits for a decision has nothing to do
            return []
        fell = [self.over(task, name, day) for name in self.rules
                if self.rules[name]["on"] and self.fell_into(name, task, day)]
        last = max((s[1] for s in fell), default=0)
        if last and last >= newest:  # else something newer is said of the due day
            return [("silence-over", last, 0, last + 1, task.unit)]
        return []

    def fell_into(self, name, task, day):
        first, last = self.over(task, name, day)
        if name in ("first", "silence-over") or last <= day - MAX_AGE - 1 or self.muted(task, name, day):
            return False
        floor = max(day - MAX_AGE - 1, self.plans[task.plan][1] - 1)
        if name == "after":
            floor = max(floor, task.promised)
        found = self.hits(name, task, last)
        return bool(found) and found[-1][0] >= first and found[-1][0] > floor

    def send_day(self, name, unit, fell, due, day):
        at_once = name in ("first", "silence-over")
        on = self.sends(unit, fell) if at_once else self.tells(unit, fell, due)
        return on if on >= day else self.sends(unit, day)


def year(world, first, last):
    told = {}  # (rule, task, anchor, step, unit) -> day
    for day in range(min(min(world.events), first), last + 1):
        world.happen(day)
        if day < first:
            continue
        today = {}
        for task in world.tasks.values():
            for name, anchor, step, fell, unit in world.says(task, day, told):
                key = (name, task.id, anchor, step, unit)
                if key not in told and world.send_day(name, unit, fell, task.due, day) <= day:
                    today[key] = day
        told.update(today)
    return told


def main(argv):
    without = argv[6] if len(argv) > 6 and argv[5] == "--without" else ""
    world = World(argv[1], argv[2], without)
    told = year(world, int(argv[3]), int(argv[4]))
    lines = [(day, key[4], key[0], key[1], key[2], key[3]) for key, day in told.items()]
    for line in sorted(lines):
        print(*line)


main(sys.argv)
