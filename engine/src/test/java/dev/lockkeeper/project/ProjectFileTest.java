package dev.lockkeeper.project;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Nearest;
import dev.lockkeeper.report.ProblemText;
import dev.lockkeeper.report.Style;
import dev.lockkeeper.source.Convention;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("USE-01")
class ProjectFileTest {
    @TempDir
    Path folder = Path.of("");

    private Project read(String yaml) throws IOException {
        Files.writeString(folder.resolve(ProjectFile.NAME), yaml);
        return ProjectFile.read(folder);
    }

    private List<String> problems(String yaml) {
        LockkeeperException thrown = catchThrowableOfType(LockkeeperException.class, () -> read(yaml));
        assertThat(thrown).isNotNull();
        assertThat(thrown.problems()).allMatch(p -> p.code() == Code.PROJECT_FILE);
        return thrown.problems().stream()
                .map(p -> String.valueOf(p.place()).replaceFirst(".*yaml:?", "") + " " + p.message() + " | " + p.help())
                .toList();
    }

    @Test
    void project_is_around_who_stands_in_its_folder_or_below() throws IOException {
        Path below = Files.createDirectories(folder.resolve("shop/migrations"));
        assertThat(ProjectFile.isAround(below)).isFalse();
        Files.writeString(folder.resolve("shop/lockkeeper.yaml"), "project: shop\n");
        assertThat(ProjectFile.isAround(below)).isTrue();
        assertThat(ProjectFile.isAround(requireNonNull(below.getParent()))).isTrue();
        assertThat(ProjectFile.isAround(folder)).isFalse();
        Files.writeString(folder.resolve("lockkeeper.yml"), "project: shop\n");
        assertThat(ProjectFile.isAround(folder)).isTrue();
    }

    @Test
    void whole_file_is_understood() throws IOException {
        Project project = read("""
            project: shop
            history: record
            postgres: 16
            strict-tokens: true
            tokens: {schema: shop, limit: 010}
            components:
              operational: {migrations: op, convention: flyway}
              analytics:
                migrations: an
                database: stats
                downs: optional
                out-of-order: allow
                other-history: ignore
                tokens: {schema: stats}
            environments:
              staging: {url: 'postgresql://me@db/shop', password-variable: SECRET, tokens: {limit: 5}}
            """);
        assertThat(project.historySchema()).isEqualTo("record");
        assertThat(project.serverVersion()).isEqualTo(16);
        assertThat(project.components().stream().map(Component::name)).containsExactly("operational", "analytics");
        Component analytics = project.components().get(1);
        assertThat(analytics.downsRequired()).isFalse();
        assertThat(analytics.outOfOrder()).isTrue();
        assertThat(analytics.ignoreOtherTool()).isTrue();
        assertThat(analytics.database()).isEqualTo("stats");
        assertThat(project.components().get(0).convention()).isEqualTo(Convention.FLYWAY);
        assertThat(project.folder(analytics, project.environment("staging"), Map.of("more", "x"))
                        .tokens()
                        .values())
                .isEqualTo(Map.of("schema", "stats", "limit", "5", "more", "x"));
        assertThat(project.folder(analytics, project.environment("local"), Map.of("schema", "mine"))
                        .tokens()
                        .values())
                .isEqualTo(Map.of("schema", "mine", "limit", "010"));
    }

    @Test
    void all_mistakes_are_reported_at_once_with_line_and_nearest_name() {
        assertThat(problems("""
            project: shop
            migratons: sql
            convention: flyawy
            postgres: 14
            strict-tokens: yes
            tokens: [a]
            environments:
              staging:
                ulr: postgresql://db/shop
            """))
                .containsExactly(
                        "2:1 the key migratons is not known here | did you mean migrations?",
                        "3:13 flyawy is not a value of convention | did you mean flyway?",
                        "4:11 14 is not a value of postgres | did you mean 15?",
                        "5:16 yes is not a value of strict-tokens | allowed are true, false",
                        "6:9 a mapping of keys to values is expected here | write it as KEY: VALUE",
                        "9:5 the key ulr is not known here | did you mean url?");
    }

    @Test
    @Tag("RUN-11")
    void fleets_are_of_schemas_or_databases_by_query_or_list() throws IOException {
        Project project = read("""
            components: {main: {}, stats: {}}
            fleets:
              tenants:
                schemas: select nspname from pg_namespace where nspname like 'tenant%' order by 1
                canary: 1, 10
                parallel: 8
                components: main
              shards:
                databases:
                  - shard_01
                  - shard_02
                canary: [1]
            """);
        FleetDeclaration tenants = project.fleet("tenants");
        assertThat(tenants.kind()).isEqualTo(FleetDeclaration.Kind.SCHEMAS);
        assertThat(tenants.query()).startsWith("select nspname");
        assertThat(tenants.targets()).isEmpty();
        assertThat(tenants.canary()).containsExactly(1, 10);
        assertThat(tenants.parallel()).isEqualTo(8);
        assertThat(tenants.components()).containsExactly("main");
        FleetDeclaration shards = project.fleet("shards");
        assertThat(shards.kind()).isEqualTo(FleetDeclaration.Kind.DATABASES);
        assertThat(shards.query()).isNull();
        assertThat(shards.targets()).containsExactly("shard_01", "shard_02");
        assertThat(shards.canary()).containsExactly(1);
        assertThat(shards.parallel()).isEqualTo(FleetDeclaration.DEFAULT_PARALLEL);
        assertThat(catchThrowableOfType(LockkeeperException.class, () -> project.fleet("tenant"))
                        .problems()
                        .get(0)
                        .help())
                .isEqualTo("did you mean tenants?");
    }

    @Test
    @Tag("RUN-11")
    void mistakes_in_fleets_are_reported_with_the_rest() {
        assertThat(problems("""
            fleets:
              none: {canary: 1}
              both: {schemas: [a], databases: [b]}
              odd/name: {schemas: [a]}
              empty: {schemas: []}
              nested: {schemas: [a, [b]]}
              canary: {schemas: [a], canary: [0, x]}
              parallel: {schemas: [a], parallel: 65}
              component: {schemas: [a], components: [mian]}
              key: {schema: select 1}
            """))
                .containsExactly(
                        "2:9 the fleet none has no targets | write schemas: or databases: with a query, or with a list of"
                                + " names",
                        "3:35 a fleet is of schemas or of databases | remove one of the two keys",
                        "4:3 this is not a name for it | a name has up to 63 letters, digits, underscores, dots and hyphens",
                        "5:20 schemas says nothing | write a query, or a list of names such as [one, two]",
                        "6:25 an item of schemas must be a single value | write it as schemas: [ONE, TWO]",
                        "7:34 0 is not a number of targets | write numbers from 1 on, such as 1, 10",
                        "7:34 x is not a number of targets | write numbers from 1 on, such as 1, 10",
                        "8:38 65 targets at once are too many | write a number from 1 to 64",
                        "9:41 there is no component mian | did you mean main?",
                        "10:8 the fleet key has no targets | write schemas: or databases: with a query, or with a list of"
                                + " names",
                        "10:9 the key schema is not known here | did you mean schemas?");
    }

    @Test
    void data_are_files_beside_the_project_file_in_their_order() throws IOException {
        assertThat(read("data: [b.sql, a.sql]\n").components().get(0).data())
                .containsExactly(folder.resolve("b.sql"), folder.resolve("a.sql"));
        assertThat(read("components: {a: {data: one.sql}, b: {}}\n").components())
                .extracting(c -> c.data().size())
                .containsExactly(1, 0);
    }

    @Test
    void a_component_whose_name_could_be_taken_for_a_target_of_a_fleet_is_refused() {
        assertThat(problems("components: {main/tenant_1: {}, 'a b': {}, ok-1.x_ü: {}}\n"))
                .hasSize(2);
    }

    @Test
    void prelude_is_a_file_beside_the_project_file() throws IOException {
        assertThat(read("project: shop\nprelude: roles.sql\n").prelude()).isEqualTo(folder.resolve("roles.sql"));
        assertThat(read("project: shop\n").prelude()).isNull();
    }

    @Test
    void environments_may_stand_in_a_file_of_their_own() throws IOException {
        Files.createDirectories(folder.resolve("configs"));
        Files.writeString(
                folder.resolve("configs/who.yaml"),
                "\uFEFF# comment\r\nlocal:\r\nstaging: {url: 'postgresql://me@db/shop', tokens: {a: b}}\r\n");
        Project project = read("environments: configs/who.yaml\n");
        assertThat(project.environments().keySet()).containsExactlyInAnyOrder("staging");
        assertThat(project.environment("staging").url()).isEqualTo("postgresql://me@db/shop");
        assertThat(read("environments:\n").environments()).isEmpty();
    }

    @Test
    void what_is_wrong_with_the_file_of_environments_is_told_with_its_place() throws IOException {
        assertThat(problems("environments: [a]\n")).singleElement().asString().contains("a mapping of keys");
        Files.writeString(folder.resolve("who.yaml"), "staging:\n  ulr: postgresql://db/x\n  password: hush\n");
        assertThat(problems("environments: who.yaml\n"))
                .hasSize(2)
                .anyMatch(p -> p.startsWith("2:3 the key ulr is not known here | did you mean url?"))
                .noneMatch(p -> p.contains("hush"));
        Files.writeString(folder.resolve("who.yaml"), "");
        assertThat(problems("environments: who.yaml\n"))
                .singleElement()
                .asString()
                .contains("the file is empty");
        assertThat(catchThrowableOfType(LockkeeperException.class, () -> read("environments: none.yaml\n"))
                        .problems())
                .singleElement()
                .matches(p -> p.code() == Code.FILE_UNREADABLE);
    }

    @Test
    void misspelled_password_is_not_answered_with_the_key_that_is_refused() {
        assertThat(problems("environments:\n  local:\n    pasword: geheim\n"))
                .containsExactly(
                        "3:5 the key pasword is not known here | known are approvals, break-glass, confirm, kind, password-variable, pools, roles, tokens, url, windows");
    }

    @Test
    void line_of_a_mistyped_key_is_shown_as_it_stands_unless_a_secret_may_be_beside_it() {
        for (String line : List.of("aprovals: 2", "windws: [x]", "brek-glass: allow # why")) {
            assertThat(catchThrowableOfType(
                                    LockkeeperException.class,
                                    () -> read("environments:\n  local:\n    " + line + "\n"))
                            .problems())
                    .extracting(
                            problem -> Objects.requireNonNull(problem.place()).sourceLine())
                    .containsExactly("    " + line);
        }
        for (String key : List.of("pasword-variable", "kennwort", "token")) {
            assertThat(catchThrowableOfType(
                                    LockkeeperException.class,
                                    () -> read("environments:\n  local:\n    " + key + ": geheim\n"))
                            .problems())
                    .extracting(
                            problem -> Objects.requireNonNull(problem.place()).sourceLine())
                    .containsExactly("    " + key + ": ...");
        }
    }

    @Test
    void mistakes_of_windows_and_pools_name_what_was_meant_and_nothing_that_only_follows() {
        assertThat(problems("""
            environments:
              staging:
                windows:
                  - days: [mo, tuesday, xyz]
                    from: 8:00
                    to: 25:00
                    zoen: Europe/Berlin
                  - days: fr, day
                    from: "22:00"
                    to: "02:00"
                    zone: Europe/Berln
                pools:
                  web: {profil: staging}
                  jobs: {profile: stagging}
            """))
                .containsExactly(
                        "4:16 mo is not a day | did you mean mon?",
                        "4:20 tuesday is not a day | did you mean tue?",
                        "4:29 xyz is not a day | write days such as [mon, tue, wed, thu, fri, sat, sun]",
                        "5:15 8:00 is not a time of day | write hours with two digits: \"08:00\"",
                        "6:13 25:00 is not a time of day | write hours from 00 to 23 and minutes from 00 to 59, such as \"22:00\"",
                        "7:9 the key zoen is not known here | did you mean zone?",
                        "8:15 fr is not a day | did you mean fri?",
                        "8:15 day is not a day | write days such as [mon, tue, wed, thu, fri, sat, sun]",
                        "11:15 Europe/Berln is not a time zone | did you mean Europe/Berlin?",
                        "13:13 the key profil is not known here | did you mean profile?",
                        "14:23 stagging is not a value of profile | did you mean staging?");
    }

    @Test
    void key_that_stands_twice_and_key_that_is_no_text_and_settings_that_components_must_say_themselves() {
        assertThat(problems("project: a\nproject: b\n? [1]\n: x\ncomponents: {a: {}}\ndowns: optional\n"))
                .hasSize(3)
                .anyMatch(p -> p.startsWith("2:1 the key project stands here twice"))
                .anyMatch(p -> p.contains("a key must be plain text"))
                .anyMatch(p -> p.startsWith("6:1 the key downs is not known here"));
    }

    @Test
    void empty_file_and_broken_file_are_problems_of_the_file() {
        assertThat(problems("")).singleElement().asString().contains("the file is empty");
        assertThat(problems("a: 'b\n")).singleElement().asString().contains("this is not YAML");
        assertThat(problems("- a\n")).singleElement().asString().startsWith("1:1 a mapping of keys");
    }

    @Test
    @Tag("GOV-07")
    void password_in_the_file_is_refused_and_not_shown() {
        LockkeeperException thrown = catchThrowableOfType(
                LockkeeperException.class,
                () -> read("environments:\n  a:\n    url: postgresql://me:hush@my_db/x\n  b:\n    password: hush\n"
                        + "  c:\n    pasword: hush\n"));
        assertThat(thrown.problems()).hasSize(3);
        ProblemText text = new ProblemText(Style.PLAIN);
        assertThat(thrown.problems()).noneMatch(p -> text.error(p).contains("hush"));
    }

    @Test
    void nearest_name_is_found_despite_swapped_missing_and_wrong_letters() {
        List<String> known = List.of("main", "status", "rollback");
        assertThat(Nearest.to("mian", known)).contains("main");
        assertThat(Nearest.to("statsu", known)).contains("status");
        assertThat(Nearest.to("roll", known)).contains("rollback");
        assertThat(Nearest.to("zebra", known)).isEmpty();
    }

    @Test
    @Tag("RUN-08")
    void mistakes_in_hooks_are_reported_at_their_places() {
        assertThat(problems("""
            hooks:
              before-apply: select true
              after-apply:
                - chek: select true
                - check: select true
                  run: echo
                - echo
              after-rolback: []
            """))
                .containsExactly(
                        "2:17 before-apply must be a list | write each item on a line of its own, after a hyphen",
                        "4:7 the key chek is not known here | did you mean check?",
                        "4:7 this is one check: QUERY or one run: COMMAND | write - check: select ...",
                        "5:7 this is one check: QUERY or one run: COMMAND | write - check: select ...",
                        "7:7 a mapping of keys to values is expected here | write it as KEY: VALUE",
                        "8:3 the key after-rolback is not known here | did you mean after-rollback?");
    }

    @Test
    void spark_is_read_with_what_is_usual_and_mistakes_in_it_are_told_at_their_places() throws IOException {
        SparkSettings spark = requireNonNull(
                requireNonNull(read("""
                                project: shop
                                analytics:
                                  folder: analytics
                                  adapter: spark-iceberg
                                  spark: {folder: jars, warehouse: "s3a://bucket/lake", conf: {spark.executor.memory: 4g}}
                                """).components().get(0).analytics()).spark());
        assertThat(spark)
                .isEqualTo(new SparkSettings(
                        folder.resolve("jars"),
                        "local[2]",
                        "s3a://bucket/lake",
                        "1g",
                        4,
                        Duration.ofMinutes(30),
                        null,
                        Map.of("spark.executor.memory", "4g")));
        assertThat(spark.isLocal()).isTrue();
        assertThat(problems("""
                project: shop
                analytics:
                  adapter: spark-iceberg
                  spark:
                    warehouse: lake
                    master: mesos://x
                    heap: 1 GB
                    readers: 65
                    timeout: soon
                    wearhouse: lake
                    conf:
                      executor.memory: 4g
                      spark.sql.ansi.enabled: false
                      spark.hadoop.fs.s3a.secret.key: geheim
                """))
                .satisfiesExactlyInAnyOrder(
                        one -> assertThat(one).contains("spark needs folder | name the folder"),
                        one -> assertThat(one).contains("mesos://x is not a value of master | write local[2]"),
                        one -> assertThat(one).contains("1 GB is not a value of heap"),
                        one -> assertThat(one).contains("65 is not a number of connections | write 1 to 64"),
                        one -> assertThat(one).contains("soon is not a duration"),
                        one -> assertThat(one)
                                .contains("the key wearhouse is not known here | did you mean warehouse?"),
                        one -> assertThat(one).contains("a setting of Spark begins with spark."),
                        one -> assertThat(one).contains("this decides what sums are"),
                        one -> assertThat(one).contains("secrets have no place").doesNotContain("geheim"));
        assertThat(problems("project: shop\nanalytics: {adapter: spark-iceberg}\n"))
                .singleElement()
                .asString()
                .contains("adapter spark-iceberg needs spark");
    }
}
