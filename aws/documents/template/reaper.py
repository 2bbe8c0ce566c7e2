"""Break-glass reaper. Five minutes in which the emergency user is not exactly at rest are one tick;
more ticks in 24 hours than HOURS allow: AWSDenyAll on both users, keys off. It parses no policy."""
import calendar, json, os, time
import boto3, botocore.config

E = os.environ
SLOT, DAY = 300, 288
GRACE = 3  # a window of HOURS touches a slot more; closing takes a while
UNSEEN = 12  # slots between two looks that count at most: of longer, nothing is known
NEVER = 9**9  # a slot far off
USERS = (E["EMERGENCY"], E["ACTIVATOR"])
quick = botocore.config.Config(connect_timeout=3, read_timeout=5)  # a hang stops nothing
iam, ssm, sns = (boto3.client(name, config=quick) for name in ("iam", "ssm", "sns"))
warm = {}


def recall():
    return dict(json.loads(ssm.get_parameter(Name=E["MEMORY"])["Parameter"]["Value"]))


def page(subject, text):
    return sns.publish(TopicArn=E["TOPIC"], Subject=subject, Message=text)


def no_login(call, user):
    try:
        call(UserName=user)
        return False
    except iam.exceptions.NoSuchEntityException:
        return True


def keys(user):
    return iam.list_access_keys(UserName=user)["AccessKeyMetadata"]


def all_of(seen):  # None: not all was told, and what was is as it should be
    return False if False in seen else None if None in seen else True


def at_rest(attempt):
    u = USERS[0]
    bound = lambda: iam.get_user(UserName=u)["User"].get("PermissionsBoundary", {})
    attached = lambda: iam.list_attached_user_policies(UserName=u)["AttachedPolicies"]
    latched = ({E["LATCH"]}, {E["LATCH"], E["DENY"]})
    seen = [
        attempt("boundary", lambda: bound().get("PermissionsBoundaryArn") == E["BOUNDARY"]),
        attempt("latch", lambda: {p["PolicyArn"] for p in attached()} in latched),
        attempt("keys", lambda: all(k["Status"] != "Active" for k in keys(u))),
        attempt("login", lambda: no_login(iam.get_login_profile, u)),
    ]
    inline = attempt("inline", lambda: not iam.list_user_policies(UserName=u)["PolicyNames"])
    groups = attempt("groups", lambda: not iam.list_groups_for_user(UserName=u)["Groups"])
    # under the latch they open nothing, and the SCP can't keep others from adding to a group
    seen.append(seen[1] or inline)
    return all_of(seen), all_of([inline, groups])


def lock(attempt):
    for u in USERS:
        attempt("deny", lambda: iam.attach_user_policy(UserName=u, PolicyArn=E["DENY"]))
    for u in USERS:
        for k in attempt("list", lambda: keys(u)) or []:
            off = {"UserName": u, "AccessKeyId": k["AccessKeyId"], "Status": "Inactive"}
            attempt("off", lambda: iam.update_access_key(**off))
        attempt("login", lambda: no_login(iam.delete_login_profile, u))


def handler(event, _):
    faults = []
    now = int(time.time()) // SLOT  # of the start: the looks may take a minute
    end = time.time() + 60  # a round begun by then ends within the 300 s, though every call hangs

    def attempt(what, act):
        try:
            return act()
        except Exception as error:
            faults.append(f"{what} {error}")

    recalled = attempt("memory", recall)
    old = warm if recalled is None else recalled
    rest, clean = at_rest(attempt)
    if event.get("detail"):  # opened just now, whatever it looks like
        rest = False
    if rest is None:  # blind: as last seen
        rest = old.get("rest", False)
    since = old.get("since")
    if clean is not None or not rest:
        since = (since or now) if clean is False and rest else None
    if since and now - since > 1:  # no opening or close under way
        text = f"{E['ACCOUNT']}: {USERS[0]} has a group or inline policy under its latch; remove it."
        if attempt("page", lambda: page("Break glass: left over", text)) is not None:
            since = NEVER
    ticks = set(old.get("ticks", []))
    if not rest:  # not at rest at the last look either: so all between, though no run fell there
        last = old.get("at", now) if old.get("rest") is False else now
        ticks |= {now, *range(max(last + 1, now - UNSEEN), now)}
    ticks = sorted(t for t in ticks if now - DAY < t <= now)
    over = len(ticks) > int(E["HOURS"]) * 12 + GRACE
    told = over and old.get("told", False)
    if over:
        before = len(faults)
        lock(attempt)
        while len(faults) > before and time.time() < end:  # throttled: once more, all of it
            del faults[before:]
            time.sleep(5)
            lock(attempt)
        text = f"{E['ACCOUNT']}: open {len(ticks) * 5} min in 24 h, now under AWSDenyAll"
        told = told or attempt("page", lambda: page("Break glass: LOCKED", text)) is not None
    expires = calendar.timegm(time.strptime(E["EXPIRES"], "%Y-%m-%dT%H:%M:%SZ"))
    due = min((d for d in (0, 7, 30, 90) if expires - time.time() <= d * 86400), default=999)
    warned = old.get("warned", 999)
    if due < warned:
        text = f"{E['ACCOUNT']}: the kit expires {E['EXPIRES']} and then opens nothing."
        if attempt("page", lambda: page("Break glass: kit expires", text)) is None:
            due = warned
    warm.update(at=now, rest=rest, ticks=ticks, told=told, warned=due, since=since)
    if recalled is not None:
        save = {"Name": E["MEMORY"], "Value": json.dumps(warm), "Type": "String"}
        attempt("memory", lambda: ssm.put_parameter(Overwrite=True, **save))
    if faults:
        raise RuntimeError("; ".join(faults))  # pages
