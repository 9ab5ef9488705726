package dev.lockkeeper.stewardship.classification.rule;

import dev.lockkeeper.check.RuleText;
import dev.lockkeeper.check.Severity;
import dev.lockkeeper.stewardship.classification.DataRule;
import dev.lockkeeper.stewardship.classification.Findings;
import dev.lockkeeper.stewardship.classification.Scene;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** DC12. A hint, for names are only names. */
public final class TellingName implements DataRule {
    @Override
    public RuleText text() {
        return new RuleText(
                "DC12",
                "name that tells of a person, classified as open",
                Severity.WARNING,
                "Columns of such names nearly always hold what says something of a person, or lets somebody in.",
                "raise its class, or say why: what it really holds",
                List.of(new RuleText.Example("""
                                create schema app;
                                create table app.person (id int primary key, email text);""", """
                                tables:
                                  app.person:
                                    columns:
                                      id: internal
                                      email: internal""", """
                                tables:
                                  app.person:
                                    columns:
                                      id: internal
                                      email: {class: confidential, pii: email, erase: null}""")));
    }

    private static final Set<String> WORDS = Set.of(
            "email",
            "mail",
            "phone",
            "mobile",
            "fax",
            "ssn",
            "iban",
            "bic",
            "birth",
            "birthday",
            "birthdate",
            "dob",
            "passport",
            "password",
            "passwd",
            "secret",
            "token",
            "pin",
            "cvv",
            "salary",
            "gender",
            "religion",
            "ethnicity",
            "diagnosis",
            "surname",
            "firstname",
            "lastname",
            "fullname",
            "street",
            "zip",
            "postcode",
            "latitude",
            "longitude");
    private static final Pattern PARTS = Pattern.compile("[^\\p{L}]+|(?<=\\p{Ll})(?=\\p{Lu})");

    /** Behind such a word the column holds how many, when or what kind, and not the thing itself. */
    private static final Set<String> ABOUT =
            Set.of("count", "counts", "at", "on", "kind", "type", "status", "limit", "verified", "version", "length");

    /** Which word of a name tells; empty for none. */
    public static Optional<String> word(String column) {
        List<String> parts = PARTS.splitAsStream(column)
                .map(part -> part.toLowerCase(Locale.ROOT))
                .toList();
        if (parts.isEmpty() || ABOUT.contains(parts.get(parts.size() - 1))) {
            return Optional.empty();
        }
        return Stream.concat(parts.stream(), Stream.of(String.join("", parts)))
                .filter(WORDS::contains)
                .findFirst();
    }

    @Override
    public void judge(Scene scene, Findings findings) {
        scene.classified()
                .flatMap(Scene.Classified::columns)
                .filter(column -> column.entry().level() != null
                        && !column.isSensitive()
                        && column.entry().why() == null)
                .forEach(column -> word(column.column().name())
                        .ifPresent(word -> findings.add(
                                column.entry().place(),
                                column.name(),
                                column.name() + " is "
                                        + String.valueOf(column.entry().level()).toLowerCase(Locale.ROOT)
                                        + ", and its name says " + word)));
    }
}
