package dev.lockkeeper.stewardship.classification.rule;

import dev.lockkeeper.catalog.model.Check;
import dev.lockkeeper.catalog.model.UserType;
import dev.lockkeeper.check.RuleText;
import dev.lockkeeper.check.Severity;
import dev.lockkeeper.stewardship.classification.ClassifiedColumn;
import dev.lockkeeper.stewardship.classification.DataRule;
import dev.lockkeeper.stewardship.classification.Findings;
import dev.lockkeeper.stewardship.classification.Protection;
import dev.lockkeeper.stewardship.classification.Scene;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** DC04. bytea and uuid do not hold readable text by chance. */
public final class FormWithoutCheck implements DataRule {
    @Override
    public RuleText text() {
        return new RuleText(
                "DC04",
                "protected column that would take a plain value",
                Severity.ERROR,
                "The file says that the column is hashed, encrypted or a token, and nothing in the database refuses a value that is not. The next program that forgets to protect it is not noticed. This proves what the column takes, not how programs make it.",
                "add a CHECK of the form, such as its length, or store it as bytea",
                List.of(new RuleText.Example("""
                                create schema app;
                                create table app.a (id int primary key, password text);
                                create table app.b (id int primary key, password text check (password ~ '^[$]argon2id[$]'));""", """
                                tables:
                                  app.a:
                                    columns:
                                      id: internal
                                      password: {class: restricted, protect: hashed, erase: null}""", """
                                tables:
                                  app.b:
                                    columns:
                                      id: internal
                                      password: {class: restricted, protect: hashed, erase: null}""")));
    }

    private static final Set<String> OPAQUE = Set.of("bytea", "uuid");
    private static final Pattern FORM =
            Pattern.compile("length\\(|~|SIMILAR TO|bit_length|starts_with", Pattern.CASE_INSENSITIVE);

    @Override
    public void judge(Scene scene, Findings findings) {
        scene.classified()
                .flatMap(Scene.Classified::columns)
                .filter(column -> column.entry().protection() != null)
                .forEach(column -> judge(scene, column, findings));
    }

    private static void judge(Scene scene, ClassifiedColumn column, Findings findings) {
        Protection protection = column.entry().protection();
        if (Scene.holds(column.relation()) && protection != null) {
            if (!OPAQUE.contains(scene.base(column.column().type()))
                    && checks(scene, column).noneMatch(FormWithoutCheck::isForm)) {
                findings.add(
                        column.entry().place(),
                        column.name(),
                        column.name() + " is said to be " + protection.key() + ", and it takes any text");
            }
            if (column.column().defaulted() != null
                    && !column.column().isGenerated()
                    && column.column().defaulted().contains("'")) {
                findings.add(
                        column.entry().place(),
                        column.name(),
                        column.name() + " is said to be " + protection.key() + ", and its default is a plain value",
                        "drop the default");
            }
        }
    }

    /** Those of the table that mention the column, and those of its domains. */
    private static Stream<Check> checks(Scene scene, ClassifiedColumn column) {
        return Stream.concat(
                column.relation().checks().stream()
                        .filter(check ->
                                check.columns().contains(column.column().name())),
                scene.model().type(column.column().type().name()).stream()
                        .filter(UserType.Domain.class::isInstance)
                        .flatMap(type -> ((UserType.Domain) type).checks().stream()));
    }

    private static boolean isForm(Check check) {
        return check.validated()
                && check.enforced()
                && FORM.matcher(check.expression()).find();
    }
}
