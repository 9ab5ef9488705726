package dev.lockkeeper.gate;

import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Place;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.project.Roles;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The comments on one plan, judged.
 *
 * @param threads in the order in which they were opened
 */
public record Comments(List<Discussion> threads) {
    public Comments {
        threads = List.copyOf(threads);
    }

    /**
     * A question and what became of it.
     *
     * @param asked who asks; the name that the question gives, where no key that counts has signed it
     * @param doubt why it is not known who asks, or what; null when both are known. It stays a question
     * @param resolved what resolves it; null while it is open
     * @param refused why others resolve nothing, in words
     */
    public record Discussion(
            Comment question,
            String asked,
            @Nullable String doubt,
            @Nullable Comment resolved,
            List<String> refused) {
        public Discussion {
            refused = List.copyOf(refused);
        }

        public boolean isOpen() {
            return resolved == null;
        }

        Problem problem() {
            int line = question.line();
            Problem problem = Problem.of(
                            Code.COMMENT_OPEN,
                            asked + " asks about " + question.step() + " of " + question.component() + ": "
                                    + question.text())
                    .at(new Place(question.file(), line, line == 0 ? 0 : 1, null))
                    .because("a plan with an open comment is not run")
                    .help("lockkeeper plan resolve FILE " + question.id() + " -m TEXT, by " + asked
                            + " or by somebody who may approve the plan");
            if (doubt != null) {
                problem = problem.note(doubt);
            }
            for (String reason : refused) {
                problem = problem.note("does not resolve it: " + reason);
            }
            return problem;
        }
    }

    /**
     * Judges comments. What resolves a question must be of who asks it, or of a person who may approve the plan; what cannot be told
     * leaves it open, and what resolves nothing that is there is a question itself.
     *
     * @param all comments, also those of other plans, also twice
     * @param digest of the plan
     * @param excluded who may not approve it
     * @param now at which keys must count
     */
    public static Comments judge(
            Collection<Comment> all,
            String digest,
            Collection<String> excluded,
            AllowedSigners signers,
            Roles roles,
            Instant now) {
        Map<String, Comment> known = new LinkedHashMap<>();
        all.stream()
                .filter(comment -> comment.plan().equals(digest))
                // a copy with another signature must not hide the one that counts
                .sorted(Comparator.comparing((Comment comment) ->
                                person(comment, signers, now).doubt() != null)
                        .thenComparing(comment -> comment.key().isEmpty()))
                .forEach(comment -> known.putIfAbsent(comment.digest(), comment));
        List<Comment> ordered = known.values().stream()
                .sorted(Comparator.comparing(Comment::at).thenComparing(Comment::id))
                .toList();
        Set<String> barred = signers.alike(lower(excluded));
        List<Discussion> threads = new ArrayList<>();
        Set<String> questions = questions(known);
        for (Comment question : ordered) {
            if (questions.contains(question.digest())) {
                Person asker = person(question, signers, now);
                @Nullable Comment resolved = null;
                List<String> refused = new ArrayList<>();
                for (Comment answer : ordered) {
                    if (question.digest().equals(answer.thread()) && !questions.contains(answer.digest())) {
                        String objection = objection(person(answer, signers, now), asker, barred, roles);
                        if (objection == null) {
                            resolved = resolved == null ? answer : resolved;
                        } else {
                            refused.add(answer.source() + ": " + objection);
                        }
                    }
                }
                threads.add(new Discussion(question, asker.name(), doubt(question, asker), resolved, refused));
            }
        }
        return new Comments(threads);
    }

    /**
     * The digests of those that open a thread. What is resolved is part of a digest, so that no chain of them comes back to itself: the one
     * at its end asks, the one before it resolves that, and one before that has nothing to resolve.
     */
    private static Set<String> questions(Map<String, Comment> known) {
        Map<String, String> resolved = new HashMap<>();
        known.forEach((digest, comment) -> {
            String thread = comment.thread();
            if (thread != null && !comment.asks() && known.containsKey(thread)) {
                resolved.put(digest, thread);
            }
        });
        Set<String> questions = new HashSet<>();
        for (String digest : known.keySet()) {
            int length = 0;
            for (String next = resolved.get(digest); next != null; next = resolved.get(next)) {
                length++;
            }
            if (length % 2 == 0) {
                questions.add(digest);
            }
        }
        return questions;
    }

    /**
     * Who has signed a comment.
     *
     * @param names as the file of allowed signers has them; empty when no key that counts has
     * @param alike all names of the person, in lower case
     * @param doubt why nobody is known; null when somebody is
     */
    private record Person(
            String name,
            List<String> names,
            Set<String> alike,
            @Nullable String doubt) {}

    private static Person person(Comment comment, AllowedSigners signers, Instant now) {
        if (comment.key().isEmpty()) {
            return new Person(
                    comment.by(),
                    List.of(),
                    Set.of(),
                    "its signature is not of this comment: one of the two was altered");
        }
        AllowedSigners.Verdict verdict = signers.judge(comment.key().get(), SshSignature.PLAN, now);
        if (verdict instanceof AllowedSigners.Verdict.Allowed allowed) {
            Set<String> alike = signers.alike(lower(allowed.names()));
            // else whoever signs the words of somebody else would answer for them
            return alike.containsAll(lower(List.of(comment.by())))
                    ? new Person(allowed.names().get(0), allowed.names(), alike, null)
                    : new Person(
                            comment.by(),
                            List.of(),
                            Set.of(),
                            "it says that it is of " + comment.by() + ", and "
                                    + allowed.names().get(0) + " has signed it");
        }
        return new Person(comment.by(), List.of(), Set.of(), ((AllowedSigners.Verdict.Refused) verdict).reason());
    }

    private static @Nullable String doubt(Comment question, Person asker) {
        if (asker.doubt() != null) {
            return "it is not known who asks: " + asker.doubt();
        }
        return question.thread() == null
                ? null
                : "it is not known what is asked: it resolves " + question.thread() + ", and no such question is here";
    }

    /** Why a person resolves nothing; null when they do. */
    private static @Nullable String objection(Person person, Person asker, Set<String> barred, Roles roles) {
        if (person.doubt() != null) {
            return person.doubt();
        }
        if (person.alike().stream().anyMatch(asker.alike()::contains)) {
            return null;
        }
        if (person.alike().stream().anyMatch(barred::contains)) {
            return person.name() + " has made the plan or committed its scripts, and has not asked";
        }
        return roles.mayApprove(person.names())
                ? null
                : person.name() + " is no approver in this environment, and has not asked";
    }

    private static Set<String> lower(Collection<String> names) {
        Set<String> lower = new HashSet<>();
        names.forEach(name -> lower.add(name.strip().toLowerCase(Locale.ROOT)));
        return lower;
    }

    /** Those that keep the plan from being run. */
    public List<Problem> problems() {
        return threads.stream()
                .filter(Discussion::isOpen)
                .map(Discussion::problem)
                .toList();
    }
}
