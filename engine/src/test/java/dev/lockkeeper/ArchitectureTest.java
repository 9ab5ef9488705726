package dev.lockkeeper;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Holds the arrows of docs/architecture.md. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ArchitectureTest {
    private static final List<String> STAGES = List.of(
            "problem",
            "trace",
            "sql",
            "source",
            "address",
            "project",
            "database",
            "history",
            "catalog",
            "plan",
            "loss",
            "adopt",
            "gate",
            "audit",
            "apply",
            "report",
            "evidence");

    private final JavaClasses engine = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.lockkeeper");

    @Test
    void enough_classes_are_looked_at_that_a_rule_cannot_pass_on_nothing() {
        assertThat(engine.size()).isBetween(60, 800);
        for (String stage : STAGES) {
            assertThat(engine.stream().filter(c -> c.getPackageName().equals("dev.lockkeeper." + stage)))
                    .as(stage)
                    .isNotEmpty();
        }
    }

    @Test
    void each_stage_imports_only_stages_before_it() {
        for (int i = 0; i < STAGES.size(); i++) {
            String[] later = Stream.concat(
                            STAGES.subList(i + 1, STAGES.size()).stream(), Stream.of("embedded", "fleet", "library"))
                    .map(stage -> "dev.lockkeeper." + stage + "..")
                    .toArray(String[]::new);
            noClasses()
                    .that()
                    .resideInAPackage("dev.lockkeeper." + STAGES.get(i) + "..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(later)
                    .orShould()
                    .dependOnClassesThat()
                    .haveFullyQualifiedName("dev.lockkeeper.Lockkeeper")
                    .check(engine);
        }
    }

    @Test
    void one_component_knows_nothing_of_fleets() {
        noClasses()
                .that()
                .haveFullyQualifiedName("dev.lockkeeper.Lockkeeper")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.lockkeeper.fleet..", "dev.lockkeeper.library..")
                .check(engine);
    }

    @Test
    void what_applications_call_stands_on_the_facade_alone() {
        noClasses()
                .that()
                .resideInAPackage("dev.lockkeeper.fleet..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.lockkeeper.library..")
                .check(engine);
        noClasses()
                .that()
                .resideInAPackage("dev.lockkeeper.library..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.lockkeeper.fleet..", "java.sql..", "org.postgresql..")
                .check(engine);
    }

    @Test
    void library_reads_no_environment_and_writes_no_file() {
        noClasses()
                .that()
                .resideInAPackage("dev.lockkeeper.library..")
                .should()
                .callMethod(System.class, "getenv", String.class)
                .orShould()
                .callMethod(System.class, "getenv")
                .orShould()
                .callMethod(System.class, "getProperty", String.class)
                .orShould()
                .dependOnClassesThat()
                .haveSimpleNameEndingWith("OutputStream")
                .orShould()
                .dependOnClassesThat()
                .resideInAnyPackage("org.slf4j..", "java.util.logging..")
                .check(engine);
    }

    @Test
    void the_embedded_server_knows_nothing_of_the_engine() {
        noClasses()
                .that()
                .resideInAPackage("dev.lockkeeper.embedded..")
                .should()
                .dependOnClassesThat(JavaClass.Predicates.resideInAPackage("dev.lockkeeper..")
                        .and(JavaClass.Predicates.resideOutsideOfPackage("dev.lockkeeper.embedded..")))
                .check(engine);
    }

    @Test
    void packages_have_no_cycles() {
        slices().matching("dev.lockkeeper.(*)..").should().beFreeOfCycles().check(engine);
    }

    @Test
    void only_sessions_know_jdbc() {
        noClasses()
                .that()
                .resideOutsideOfPackages(
                        "dev.lockkeeper.database..", "dev.lockkeeper.embedded..", "dev.lockkeeper.library..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.sql..", "javax.sql..", "org.postgresql..")
                .check(engine);
    }

    @Test
    void the_library_neither_prints_nor_ends_the_process() {
        noClasses().should().accessField(System.class, "out").check(engine);
        noClasses().should().accessField(System.class, "err").check(engine);
        noClasses().should().callMethod(System.class, "exit", int.class).check(engine);
    }

    @Test
    void names_say_what_a_class_is() {
        classes()
                .should()
                .haveNameNotMatching(".*(Util|Utils|Helper|Manager|Impl|Common)$")
                .check(engine);
    }
}
