package dev.lockkeeper.cli;

import dev.lockkeeper.Lockkeeper;
import dev.lockkeeper.catalog.model.Model;
import dev.lockkeeper.database.Session;
import dev.lockkeeper.gate.AllowedSigners;
import dev.lockkeeper.gate.Approval;
import dev.lockkeeper.gate.Approvals;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Nearest;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.project.Roles;
import dev.lockkeeper.report.Style;
import dev.lockkeeper.stewardship.classification.Subject;
import dev.lockkeeper.stewardship.erasure.Certificate;
import dev.lockkeeper.stewardship.erasure.Eraser;
import dev.lockkeeper.stewardship.erasure.ErasureFile;
import dev.lockkeeper.stewardship.erasure.ErasurePlan;
import dev.lockkeeper.stewardship.erasure.ErasurePlanner;
import dev.lockkeeper.stewardship.erasure.ErasureRun;
import dev.lockkeeper.stewardship.erasure.PersonHash;
import dev.lockkeeper.stewardship.erasure.Reapplying;
import dev.lockkeeper.stewardship.erasure.Request;
import dev.lockkeeper.stewardship.erasure.Requests;
import dev.lockkeeper.stewardship.erasure.Sought;
import dev.lockkeeper.stewardship.erasure.Traces;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ParseResult;

/** Forgetting persons in all databases of a project. Requests are kept in the first of them. */
record Erasing(Stewardship stewardship, Map<String, String> variables, Duration patience, Terminal terminal) {
    /** A person by its key; {@code hash} stands for it. */
    record Person(Subject subject, List<String> key, String hash) {}

    private Worksite first() {
        return stewardship.sites().get(0);
    }

    String environment() {
        return first().rules().environment();
    }

    /** @throws dev.lockkeeper.problem.LockkeeperException {@code role-refused} */
    void requireOperators() {
        stewardship.sites().forEach(site -> Worksite.requireOperator(site.lockkeeper(), site.rules()));
    }

    private PersonHash hash() {
        return PersonHash.of(variables, stewardship.classification().keyVariable());
    }

    /** The person that the command line names. */
    Person person(ParseResult arguments) {
        Map<String, Subject> known = stewardship.classification().subjects();
        String name = Options.value(
                arguments,
                EraseCommand.SUBJECT,
                known.size() == 1 ? known.keySet().iterator().next() : "");
        Subject subject = known.get(name);
        if (subject == null) {
            throw Problem.of(
                            Code.USAGE,
                            name.isEmpty() ? EraseCommand.SUBJECT + " is missing" : "there is no subject " + name)
                    .help(Nearest.to(name, known.keySet())
                            .map(n -> "did you mean " + n + "?")
                            .orElse(
                                    known.isEmpty()
                                            ? "declare the kinds of persons under subjects: in the classification file"
                                            : "known are " + String.join(", ", known.keySet())))
                    .asException();
        }
        List<String> key = Options.values(arguments, EraseCommand.KEY);
        if (key.size() != subject.key().size()) {
            throw Problem.of(Code.USAGE, "the key of a " + name + " is " + String.join(", ", subject.key()))
                    .help("name each of its values with " + EraseCommand.KEY)
                    .asException();
        }
        PersonHash hash = hash();
        List<String> spelled = spelled(subject, key);
        return new Person(subject, spelled, hash.of(name, spelled));
    }

    /** The key as the first database that has the table of the persons writes it. */
    private List<String> spelled(Subject subject, List<String> key) {
        for (Worksite site : stewardship.sites()) {
            try (Session session = site.lockkeeper().look()) {
                Model model = stewardship.model(session);
                if (model.relation(subject.table()).isPresent()) {
                    ErasurePlanner planner = new ErasurePlanner(stewardship.classification(), model);
                    return Sought.within(session, () -> planner.spelled(session, subject, key));
                }
            }
        }
        return key;
    }

    /**
     * The same, who must be the person of a request.
     *
     * @throws dev.lockkeeper.problem.LockkeeperException {@code erasure-refused}
     */
    Person person(ParseResult arguments, Request request) {
        Person person = person(arguments);
        if (!hash().isMine(request.person())) {
            throw ErasureFile.foreign("the request was kept under another key than "
                            + stewardship.classification().keyVariable() + " has now")
                    .help("set the variable to the key of then")
                    .asException();
        }
        if (!person.hash().equals(request.person())) {
            throw ErasureFile.foreign("this is not the person of request " + request.id())
                    .help("give the key that the request was made with")
                    .asException();
        }
        if (!request.isOpen()) {
            throw ErasureFile.foreign("request " + request.id() + " is " + request.state())
                    .help("a person who is back is found by lockkeeper erase reapply")
                    .asException();
        }
        return person;
    }

    /** Keeps a new request. */
    Request receive(Person person, String reason) {
        String id = UUID.randomUUID().toString();
        return keeping(requests -> {
            Stream<Request> open = requests.all().stream().filter(Request::isOpen);
            open.filter(one -> one.person().equals(person.hash())).findFirst().ifPresent(one -> {
                throw ErasureFile.foreign("this person has an open request: " + one.id())
                        .help("go on with that: lockkeeper erase plan --key KEY --out erase.json")
                        .asException();
            });
            requests.received(
                    id,
                    person.subject().name(),
                    person.hash(),
                    stewardship.classification().deadline(),
                    reason);
            return requests.find(id).orElseThrow();
        });
    }

    void withdraw(Request request, String reason) {
        keeping(requests -> {
            requests.withdrawn(request, reason);
            return request;
        });
    }

    private <T> T keeping(Function<Requests, T> work) {
        Lockkeeper database = first().lockkeeper();
        return database.upkeep(
                "erase", patience, this::waiting, session -> work.apply(new Requests(session, database.data())));
    }

    private void waiting(String holder) {
        terminal.progress("waiting: held by " + Style.line(holder));
    }

    List<Request> requests() {
        try (Session session = first().lockkeeper().look()) {
            return new Requests(session, first().lockkeeper().data()).all();
        }
    }

    /**
     * The open request of a person.
     *
     * @throws dev.lockkeeper.problem.LockkeeperException {@code erasure-refused} when there is none
     */
    Request open(Person person) {
        return requests().stream()
                .filter(one -> one.isOpen() && one.person().equals(person.hash()))
                .findFirst()
                .orElseThrow(() -> Problem.of(Code.ERASURE_REFUSED, "this person has no open request")
                        .help("keep one first: lockkeeper erase request --key KEY --reason TEXT")
                        .asException());
    }

    Request request(ParseResult arguments, String option) {
        return request(EraseCommand.needed(arguments, option, "the request"));
    }

    /** @throws dev.lockkeeper.problem.LockkeeperException {@code erasure-refused} when there is none of that name */
    Request request(String id) {
        try (Session session = first().lockkeeper().look()) {
            return new Requests(session, first().lockkeeper().data())
                    .find(id)
                    .orElseThrow(() -> Requests.unknown(id).asException());
        }
    }

    /** The keyed hashes of who was forgotten, of all databases. */
    List<String> erased() {
        Set<String> erased = new LinkedHashSet<>();
        for (Worksite site : stewardship.sites()) {
            try (Session session = site.lockkeeper().look()) {
                erased.addAll(new Requests(session, site.lockkeeper().data()).erased());
            }
        }
        return erased.stream().sorted().toList();
    }

    private ErasurePlan plan(Session session, Person person) {
        Model model = stewardship.model(session);
        return new ErasurePlanner(stewardship.classification(), model).plan(session, person.subject(), person.key());
    }

    /** What each database has of a person. */
    private Map<String, ErasurePlan> plans(Person person, Collection<String> values) {
        Map<String, ErasurePlan> plans = new LinkedHashMap<>();
        for (Worksite site : stewardship.sites()) {
            try (Session session = site.lockkeeper().look()) {
                plans.put(site.lockkeeper().target().toString(), Sought.within(session, () -> {
                    ErasurePlan plan = plan(session, person);
                    ErasureRun.requireFree(plan);
                    values.addAll(Traces.values(session, plan));
                    return plan;
                }));
            }
        }
        return plans;
    }

    /**
     * What would be done in each database.
     *
     * @throws dev.lockkeeper.problem.LockkeeperException {@code erasure-refused} when nobody has the person, or it is under a hold
     */
    List<ErasureFile.Work> works(Person person) {
        Map<String, ErasurePlan> plans = plans(person, new ArrayList<>());
        if (plans.values().stream().allMatch(plan -> !plan.found() && plan.rows() == 0)) {
            throw ErasureFile.foreign("no database has a " + person.subject().name() + " of this key, or rows of it")
                    .help("look whether the key is right; withdraw the request when there is nothing to forget")
                    .asException();
        }
        return plans.entrySet().stream()
                .map(one -> ErasureFile.Work.of(one.getKey(), one.getValue()))
                .toList();
    }

    long rows(Person person) {
        return plans(person, new ArrayList<>()).values().stream()
                .mapToLong(ErasurePlan::rows)
                .sum();
    }

    AllowedSigners signers() {
        return AllowedSigners.read(stewardship.project().signers());
    }

    /**
     * Who has made a plan: the name alone would be anybody's, so that one person could make it in another name and approve it.
     *
     * @param beside the signatures beside the file
     * @throws dev.lockkeeper.problem.LockkeeperException {@code erasure-refused} when no signature shows it
     */
    static Approvals.Accepted maker(ErasureFile file, List<Approval> beside, AllowedSigners signers) {
        return Approvals.maker(beside, file.digest(), file.maker(), signers, Instant.now())
                .orElseThrow(() -> {
                    List<String> refused = Approvals.judge(
                                    beside, file.digest(), List.of(), signers, Roles.everybody(), Instant.now())
                            .refused();
                    return Problem.of(
                                    Code.ERASURE_REFUSED,
                                    "no signature shows that " + file.maker() + " has made the plan")
                            .because(
                                    refused.isEmpty()
                                            ? "who makes a plan cannot approve it, and so signs it with a key that the project allows"
                                            : String.join("; ", refused))
                            .help("keep the signature beside the plan, or make the plan again:"
                                    + " lockkeeper erase plan --out FILE --as NAME --sign-with KEY")
                            .note("kept: everything")
                            .asException();
                });
    }

    /**
     * The approvals of a plan: at least one, of somebody who has not made it.
     *
     * @throws dev.lockkeeper.problem.LockkeeperException {@code erasure-refused}
     */
    Approvals approved(ErasureFile file, Approvals.Accepted made, Request request, List<Approval> beside) {
        List<Approval> all = new ArrayList<>(beside);
        all.removeIf(one -> one.armored().equals(made.approval().armored()));
        all.addAll(request.approvals());
        Approvals approvals = Approvals.judge(
                all,
                file.digest(),
                made.names(),
                signers(),
                first().rules().protection().roles(),
                Instant.now());
        int demanded = Math.max(1, first().rules().approvals());
        if (approvals.accepted().size() < demanded) {
            throw Problem.of(
                            Code.ERASURE_REFUSED,
                            "the plan has " + approvals.accepted().size() + " of " + demanded
                                    + (demanded == 1 ? " approval" : " approvals") + " by others than who made it")
                    .because(approvals.refused().isEmpty() ? null : String.join("; ", approvals.refused()))
                    .help("a second person signs it: lockkeeper erase approve FILE")
                    .note("kept: everything")
                    .asException();
        }
        return approvals;
    }

    /** Forgets a person in all databases; the one that keeps the request comes last, so that it is open until all is done. */
    Certificate run(ErasureFile file, Approvals.Accepted made, Request request, Person person, Approvals approvals) {
        Map<String, ErasureRun.Done> done = everywhere(
                person,
                new ErasureRun.Order(request.id(), "erased", person.hash(), file.digest()),
                requests -> approvals.accepted().forEach(one -> requests.approved(request, file.digest(), one)));
        Request ended = request(request.id());
        String erasedAt = ended.erasedAt();
        return new Certificate(file, ended, erasedAt == null ? "" : erasedAt, made, approvals.accepted(), done);
    }

    private Map<String, ErasureRun.Done> everywhere(
            Person person, ErasureRun.Order order, @Nullable Consumer<Requests> first) {
        Set<String> values = new LinkedHashSet<>();
        Map<String, ErasurePlan> plans = plans(person, values);
        Map<String, ErasureRun.Done> done = new LinkedHashMap<>();
        List<Worksite> sites = new ArrayList<>(stewardship.sites());
        Collections.reverse(sites);
        for (Worksite site : sites) {
            Lockkeeper database = site.lockkeeper();
            String name = database.target().toString();
            ErasurePlan looked = plans.get(name);
            if (looked == null) {
                continue;
            }
            done.put(name, database.upkeep("erase", patience, this::waiting, session -> {
                if (first != null && site.equals(first())) {
                    first.accept(new Requests(session, database.data()));
                }
                ErasurePlanner planner = new ErasurePlanner(stewardship.classification(), stewardship.model(session));
                return new ErasureRun(session, database.data(), planner).run(order, looked, values);
            }));
        }
        return done;
    }

    /** Whether a database has something of a person that was not forgotten. */
    private boolean isDue(Person person) {
        for (Worksite site : stewardship.sites()) {
            try (Session session = site.lockkeeper().look()) {
                if (Sought.within(session, () -> new Eraser(session, plan(session, person), "look").isDue())) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Who was forgotten and is back. */
    List<Person> back(Set<String> erased) {
        List<Person> back = new ArrayList<>();
        PersonHash hash = hash();
        for (Worksite site : stewardship.sites()) {
            try (Session session = site.lockkeeper().look()) {
                Reapplying reapplying = new Reapplying(session, hash);
                reapplying.requireMine(erased);
                Model model = stewardship.model(session);
                for (Subject subject : stewardship.classification().subjects().values()) {
                    if (model.relation(subject.table()).isPresent()) {
                        reapplying
                                .back(subject, erased)
                                .forEach(key -> back.add(new Person(subject, key, hash.of(subject.name(), key))));
                    }
                }
            }
        }
        return back.stream().filter(this::isDue).toList();
    }

    /** Forgets them again; gives the number of rows that were changed. */
    long reapply(List<Person> back) {
        long rows = 0;
        for (Person person : back) {
            ErasureRun.Order order =
                    new ErasureRun.Order(UUID.randomUUID().toString(), "reapplied", person.hash(), null);
            rows += everywhere(person, order, null).values().stream()
                    .mapToLong(ErasureRun.Done::rows)
                    .sum();
        }
        return rows;
    }
}
