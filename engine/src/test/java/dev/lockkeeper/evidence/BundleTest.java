package dev.lockkeeper.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.lockkeeper.gate.AllowedSigners;
import dev.lockkeeper.gate.Keys;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Problem;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each way in which somebody may change a bundle is found and named. */
class BundleTest {
    @TempDir
    private Path folder = Path.of("");

    private Sample sample = new Sample();

    @BeforeEach
    void keys() {
        Assumptions.assumeTrue(Keys.present(), "ssh-keygen is missing: install openssh-client");
        sample = new Sample(folder);
    }

    private Bundle collected(Map<String, @Nullable String> changes) {
        return Bundle.of(Sample.draft(), sample.content(changes), null);
    }

    private Path file(byte[] bytes) throws IOException {
        return Files.write(folder.resolve("release.zip"), bytes);
    }

    private Path file(List<Part> parts) throws IOException {
        return file(Archive.write(parts));
    }

    private static Bundle read(Path file) {
        return Bundle.read(file, Sample.TOOL, null);
    }

    private static List<Problem> problems(Path file) {
        LockkeeperException e = catchThrowableOfType(LockkeeperException.class, () -> read(file));
        return e == null
                ? read(file).checks().stream()
                        .flatMap(check -> check.problems().stream())
                        .toList()
                : e.problems();
    }

    private void refused(List<Part> parts, String... told) throws IOException {
        refused(file(parts), told);
    }

    private static void refused(Path file, String... told) {
        List<Problem> problems = problems(file);
        assertThat(problems).isNotEmpty();
        assertThat(problems.get(0).category().exitCode()).isEqualTo(4);
        assertThat(problems.stream()
                        .map(p -> p.message() + " " + p.why())
                        .toList()
                        .toString())
                .contains(told);
    }

    private void lacking(Map<String, @Nullable String> changes, String... told) throws IOException {
        Bundle bundle = collected(changes);
        assertThat(bundle.checks()).extracting(Check::grade).contains(Check.Grade.LACKING);
        bundle.write(fresh());
        List<Problem> problems = problems(folder.resolve("release.zip"));
        assertThat(problems).isNotEmpty().allMatch(p -> p.code() == Code.EVIDENCE_LACKING);
        assertThat(problems.toString()).contains(told);
    }

    private Path fresh() throws IOException {
        Path file = folder.resolve("release.zip");
        Files.deleteIfExists(file);
        return file;
    }

    private List<Part> whole() {
        return Sample.forged(sample.content(Map.of()));
    }

    private static List<Part> with(List<Part> parts, String name, String text) {
        return parts.stream()
                .map(part -> part.name().equals(name) ? new Part(name, text) : part)
                .toList();
    }

    private static Map<String, @Nullable String> change(String name, @Nullable String text) {
        Map<String, @Nullable String> changes = new HashMap<>();
        changes.put(name, text);
        return changes;
    }

    private List<Part> forged(String name, @Nullable String text) {
        return Sample.forged(sample.content(change(name, text)));
    }

    @Test
    void release_in_which_nothing_is_missing_holds_in_every_point() throws IOException {
        collected(Map.of()).write(fresh());
        Bundle bundle = read(folder.resolve("release.zip"));
        assertThat(bundle.checks()).allMatch(check -> check.grade() == Check.Grade.HOLDS);
        assertThat(bundle.checks())
                .extracting(Check::about)
                .containsExactly(
                        "parts",
                        "signature",
                        "findings",
                        "rehearsal",
                        "proof",
                        "approvals",
                        "comments",
                        "runs",
                        "outcome");
        assertThat(bundle.digest()).isEqualTo(collected(Map.of()).digest());
    }

    /** The page, after changes of what stands in parts. */
    private String page(Map<String, @Nullable String> changes) {
        return Sample.forged(sample.content(changes)).get(1).text();
    }

    private Map<String, @Nullable String> outcome(String from, String to) {
        String text = sample.outcome(Sample.plan("shop"));
        assertThat(text).contains(from);
        return change(Part.OUTCOME, text.replace(from, to));
    }

    @Test
    void rows_of_production_stand_beside_those_of_the_rehearsal() {
        assertThat(page(Map.of()))
                .contains("What triggers, functions, DO blocks and foreign keys change is not in that number")
                .contains("<div>changed 3 rows</div>", "<div>changed 1200 rows</div>", "<div>changed no rows</div>")
                .doesNotContain("unlike", "not known");
        assertThat(page(outcome("\"rows\":1200", "\"rows\":0")))
                .contains("<div>changed no rows, unlike the rehearsal, which changed 3 rows</div>");
        assertThat(page(change("rehearsal-1.json", Sample.REHEARSAL.replace("\"rows\":3", "\"rows\":0"))))
                .contains("<div>changed 1200 rows, unlike the rehearsal, which changed no rows</div>");
        assertThat(page(outcome("\"rows\":1200", "\"rows\":1")))
                .contains("<div>changed 1 row</div>")
                .doesNotContain("unlike");
    }

    @Test
    void rows_that_nobody_has_told_are_not_known_and_never_none() {
        String unknown = "<div>not known how many rows it changed</div>";
        assertThat(page(change("rehearsal-1.json", Sample.REHEARSAL.replace("\"rows\":3,", ""))))
                .contains(unknown, "<div>changed 1200 rows</div>")
                .doesNotContain("unlike");
        Map<String, @Nullable String> older = outcome("\"rows\":1200", "\"rows\":null");
        assertThat(page(older)).contains("<div>changed 700 rows</div>").doesNotContain(unknown);
        older.put("run-1.json", run("\"resumed\":false,\"rows\":700", "\"resumed\":true,\"rows\":0"));
        assertThat(page(older))
                .contains("<div>changed no rows in the run that finished it; what runs before it changed is not known<")
                .doesNotContain("unlike");
        older.put("run-1.json", run("\"resumed\":false,\"rows\":700,", ""));
        assertThat(page(older)).contains(unknown).doesNotContain("unlike");
        older.put(Part.OUTCOME, null);
        older.put("run-1.json", null);
        assertThat(page(older)).contains("not done, as far as the bundle tells").doesNotContain("not known");
    }

    private static String run(String from, String to) {
        assertThat(Sample.RUN).contains(from);
        return Sample.RUN.replace("DIGEST", Sample.plan("shop").digest()).replace(from, to);
    }

    @Test
    void same_release_is_the_same_bytes_and_other_programs_can_open_them() throws IOException {
        collected(Map.of()).write(fresh());
        byte[] first = Files.readAllBytes(folder.resolve("release.zip"));
        assertThat(Archive.write(whole())).isEqualTo(first);
        try (ZipFile zip = new ZipFile(folder.resolve("release.zip").toFile())) {
            assertThat(zip.stream().map(ZipEntry::getName))
                    .startsWith("manifest.json", "index.html", "plan.json")
                    .contains("approvals/2.sig", "outcome.json");
            ZipEntry page = zip.getEntry("index.html");
            assertThat(new String(zip.getInputStream(page).readAllBytes(), StandardCharsets.UTF_8))
                    .contains("Complete: rehearsed");
        }
    }

    @Test
    void part_that_was_changed_removed_or_doubled_is_named() throws IOException {
        List<Part> whole = whole();
        for (int i = 1; i < whole.size(); i++) {
            Part part = whole.get(i);
            refused(with(whole, part.name(), part.text() + " "), "the part " + part.name() + " was changed");
            List<Part> without = new ArrayList<>(whole);
            without.remove(i);
            refused(without, "the part " + part.name() + " is missing");
            List<Part> twice = new ArrayList<>(whole);
            twice.add(part);
            refused(twice, "the bundle has two parts " + part.name());
        }
        refused(whole.subList(1, whole.size()), "the part manifest.json is missing");
    }

    @Test
    void part_that_was_put_in_is_named() throws IOException {
        List<Part> more = new ArrayList<>(whole());
        more.add(new Part("approvals/3.sig", "x"));
        refused(more, "the part approvals/3.sig was put in");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "notes.txt",
                "../evil.sh",
                "/etc/passwd",
                "approvals/../../evil.sig",
                "C:evil",
                "a\\..\\b",
                "plan.json/",
                "PLAN.JSON",
                "approvals/01.sig"
            })
    void file_that_is_no_part_is_refused_whatever_the_manifest_says(String name) throws IOException {
        List<Part> parts = new ArrayList<>(sample.content(Map.of()));
        parts.add(0, new Part(Part.PAGE, ""));
        parts.add(new Part(name, "x"));
        refused(Sample.named("sha256:", parts), "which is no part of one");
        boolean out = name.contains("..") || name.startsWith("/") || name.contains("C:");
        assertThat(problems(folder.resolve("release.zip")).get(0).message().contains("it leads out of the folder"))
                .isEqualTo(out);
    }

    @Test
    void part_that_would_grow_is_refused_before_it_does() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.putNextEntry(new ZipEntry("plan.json"));
            byte[] block = new byte[1 << 20];
            for (int i = 0; i < 100; i++) {
                zip.write(block);
            }
        }
        assertThat(bytes.size()).isLessThan(1 << 20);
        refused(file(bytes.toByteArray()), "the part plan.json is compressed");
        Path large = folder.resolve("large.zip");
        try (RandomAccessFile file = new RandomAccessFile(large.toFile(), "rw")) {
            file.setLength(Archive.LARGEST + 1L);
        }
        refused(large, "larger than any bundle");
    }

    @Test
    void what_stands_beside_the_parts_is_found() throws IOException {
        byte[] whole = Archive.write(whole());
        byte[] after = Arrays.copyOf(whole, whole.length + 3);
        refused(file(after), "the bundle is not as it was written");
        byte[] before = new byte[whole.length + 2];
        System.arraycopy(whole, 0, before, 2, whole.length);
        refused(file(before), "the file is no bundle");
        refused(file("hello".getBytes(StandardCharsets.UTF_8)), "the file is no bundle");
        refused(file(new byte[0]), "the file is no bundle");
        List<Part> other = new ArrayList<>(whole());
        Collections.swap(other, 3, 4);
        refused(other, "another order");
    }

    @Test
    void no_byte_can_be_changed_and_no_end_cut_off_unseen() throws IOException {
        byte[] whole = Archive.write(whole());
        for (int at = 0; at < whole.length; at += 29) {
            byte[] changed = whole.clone();
            changed[at] ^= 0x20;
            assertThat(problems(file(changed)))
                    .as("byte %d", at)
                    .isNotEmpty()
                    .allMatch(p -> p.category().exitCode() == 4);
        }
        for (int end = 0; end < whole.length; end += 101) {
            assertThat(problems(file(Arrays.copyOf(whole, end))))
                    .as("cut at %d", end)
                    .isNotEmpty();
        }
    }

    @Test
    void parts_of_another_release_do_not_pass_with_a_new_manifest() throws IOException {
        String three = "sha256-lf:" + "3".repeat(64);
        refused(
                forged("findings-1.json", Sample.FINDINGS.replace(Sample.TWO, three)),
                "another script of 2 was judged");
        refused(
                forged("rehearsal-1.json", Sample.REHEARSAL.replace(Sample.ONE, three)),
                "another script of 1 was rehearsed");
        refused(forged("smoke-1.json", Sample.SMOKE.replace(Sample.TWO, three)), "another script of 2 was proven");
        refused(forged("run-1.json", Sample.RUN.replace("DIGEST", "sha256:0")), "the run is of another plan");
        refused(forged("run-1.json", Sample.RUN.replace("\"apply\"", "\"rollback\"")), "the run is of another plan");
        String ours = sample.outcome(Sample.plan("shop"));
        refused(forged("outcome.json", sample.outcome(Sample.plan("other"))), "the record was asked for another plan");
        refused(forged("outcome.json", ours.replace(Sample.TWO, three)), "the record has another script of 2");
        refused(
                forged("outcome.json", ours.replace("\"name\":\"2\"", "\"name\":\"9\"")),
                "the record has 9, which is not in the plan");
        refused(
                forged("approvals/1.sig", sample.approval("anna", Sample.plan("other"))),
                "the part approvals/1.sig is no approval of this plan");
        refused(forged("plan.json", Sample.text(Sample.plan("other"))), "the run is of another plan");
    }

    @Test
    void approval_that_was_taken_out_is_missed() throws IOException {
        Map<String, @Nullable String> without = change("approvals/2.sig", null);
        refused(Sample.forged(sample.content(without)), "an approval is missing", sample.fingerprint("ben"));
        without.put("outcome.json", null);
        refused(Sample.forged(sample.content(without)), "the approval of ben@example.com, which is missing");
    }

    @Test
    void plan_that_was_edited_is_told_with_both_digests() throws IOException {
        List<Part> content = sample.content(Map.of());
        List<Part> parts = new ArrayList<>(List.of(new Part(Part.PAGE, "")));
        parts.addAll(with(content, "plan.json", content.get(0).text().replace("production", "staging")));
        Path file = file(Sample.named(Sample.plan("shop").digest(), parts));
        assertThat(problems(file).get(0).code()).isEqualTo(Code.PLAN_ALTERED);
        parts.set(1, new Part("plan.json", "{}"));
        refused(Sample.named("sha256:", parts), "the field schema is missing");
    }

    @Test
    void page_that_tells_something_else_is_found_by_the_lockkeeper_that_drew_it() throws IOException {
        List<Part> whole = Sample.forged(sample.content(change("findings-1.json", null)));
        String told = whole.get(1).text().replaceAll("Not complete: [^<]*", "Complete");
        assertThat(told).isNotEqualTo(whole.get(1).text());
        List<Part> parts = with(whole.subList(1, whole.size()), Part.PAGE, told);
        Path file = file(Sample.named(Sample.plan("shop").digest(), parts));
        refused(file, "the page does not tell what the bundle holds");
        assertThat(Bundle.read(file, "9.9.9", null).checks().get(0).holds()).contains("and not compared");
    }

    @Test
    void manifest_is_read_to_the_last_field() throws IOException {
        List<Part> whole = whole();
        String text = whole.get(0).text();
        refused(
                with(whole, Part.MANIFEST, text.replace("\"zone\"", "\"more\":1,\"zone\"")),
                "not as Lockkeeper writes it");
        refused(
                with(whole, Part.MANIFEST, text.replace("manifest/v1", "manifest/v2")),
                "another version of Lockkeeper");
        refused(with(whole, Part.MANIFEST, text.replace("\"plan\"", "\"tool\":\"x\",\"plan\"")), "prints as JSON");
        refused(with(whole, Part.MANIFEST, text.replace("\"Z\"", "\"Nowhere\"")), "no time zone Nowhere");
        refused(
                Sample.named(Sample.plan("other").digest(), whole.subList(1, whole.size())),
                "the manifest names another plan");
        refused(with(whole, Part.MANIFEST, "[".repeat(100_000)), "prints as JSON");
    }

    @Test
    void part_in_the_form_of_another_is_refused() throws IOException {
        List<Part> parts = new ArrayList<>(List.of(new Part(Part.PAGE, "")));
        parts.addAll(sample.content(change("findings-1.json", Sample.SMOKE)));
        refused(Sample.named("sha256:", parts), "findings-1.json is of the form lockkeeper/smoke/v1");
        parts.set(6, new Part("findings-1.json", "{\"schema\":\"lockkeeper/status/v1\"}"));
        refused(Sample.named("sha256:", parts), "evidence is not made of lockkeeper/status/v1");
    }

    @Test
    void what_a_release_should_show_and_does_not_is_told() throws IOException {
        lacking(change("findings-1.json", null), "the bundle has no findings");
        lacking(change("rehearsal-1.json", null), "the bundle has no rehearsal");
        lacking(change("smoke-1.json", null), "the bundle has no proof");
        lacking(
                change(
                        "findings-1.json",
                        Sample.FINDINGS.replace("warning", "error").replace("\"t is small\"", "null")),
                "a finding is open: LK09 at m/V2__second.sql:1");
        lacking(
                change(
                        "rehearsal-1.json",
                        Sample.REHEARSAL.replace("\"error\":null", "\"error\":{\"message\":\"no\"}")),
                "the rehearsal stopped: no");
        lacking(
                change("smoke-1.json", Sample.SMOKE.replaceFirst("restores", "differs")),
                "the rollback of 1 is not proven: differs");
        lacking(change("smoke-1.json", Sample.SMOKE.replace("\"ok\"", "null")), "reapply not tried");
        lacking(
                change(
                        "rehearsal-1.json",
                        Sample.REHEARSAL.replace("renderedChecksum\":\"" + Sample.ONE, "renderedChecksum\":\"other")),
                "1 was rehearsed with other values of tokens");
        Map<String, @Nullable String> nothing = change("run-1.json", null);
        nothing.put("outcome.json", null);
        lacking(nothing, "nothing says what became of the plan");
    }

    @Test
    void what_was_not_done_or_was_taken_back_is_told() throws IOException {
        String ours = sample.outcome(Sample.plan("shop"));
        lacking(
                change("outcome.json", ours.replaceFirst("(?s),\\s*\\{\"name\":\"2\".*?1200}", "")),
                "2 (m/V2__second.sql) was not applied");
        lacking(
                change("outcome.json", ours.replaceFirst("\"state\":\"applied\"", "\"state\":\"rolled back\"")),
                "1 was taken back since");
        lacking(
                change(
                        "outcome.json",
                        ours.replace(
                                "\"emergencies\":[]",
                                "\"emergencies\":[{\"reason\":\"orders fail\",\"by\":\"deploy\",\"at\":\"now\"}]")),
                "in an emergency",
                "orders fail");
    }

    @Test
    void approvals_that_do_not_count_are_told_with_the_reason() throws IOException {
        Map<String, @Nullable String> changes = change("allowed_signers", sample.signers("anna"));
        lacking(changes, "the environment demanded 2 approvals, and one counts", "it was removed, or was never there");
        changes.put("run-1.json", null);
        lacking(changes, "the environment demanded 2 approvals, and one counts");

        Manifest roles =
                new Manifest(Sample.TOOL, "", new Demands(2, List.of("anna@example.com")), ZoneOffset.UTC, List.of());
        Bundle.of(roles, sample.content(Map.of()), null).write(fresh());
        assertThat(problems(folder.resolve("release.zip")).toString())
                .contains("ben@example.com is no approver in this environment");
    }

    @Test
    void who_verifies_may_know_better_who_may_approve() throws IOException {
        collected(Map.of()).write(fresh());
        Path file = folder.resolve("release.zip");
        AllowedSigners own = sample.own("anna", "mallory");
        Bundle bundle = Bundle.read(file, Sample.TOOL, own);
        assertThat(bundle.checks().get(1).grade()).isEqualTo(Check.Grade.LACKING);
        Check signers = bundle.checks().get(9);
        assertThat(signers.grade()).isEqualTo(Check.Grade.UNFIT);
        assertThat(signers.problems().toString())
                .contains("the approval of ben@example.com does not count by", "never there");
        assertThat(Bundle.read(file, Sample.TOOL, sample.own("anna", "ben"))
                        .checks()
                        .get(9)
                        .grade())
                .isEqualTo(Check.Grade.HOLDS);
    }

    @Test
    void signature_is_of_this_bundle_and_of_somebody_who_may() throws IOException {
        Bundle signed = Bundle.of(Sample.draft(), sample.content(Map.of()), sample.key("anna"));
        signed.write(fresh());
        Path file = folder.resolve("release.zip");
        assertThat(signed.seal()).isPresent();
        assertThat(Bundle.read(file, Sample.TOOL, sample.own("anna", "ben")).checks())
                .allMatch(check -> check.grade() == Check.Grade.HOLDS);
        assertThat(Bundle.read(file, Sample.TOOL, sample.own("ben"))
                        .checks()
                        .get(1)
                        .problems()
                        .toString())
                .contains("the signature does not count by");

        List<Part> parts = Archive.read("", Files.readAllBytes(file));
        List<Part> stripped =
                parts.stream().filter(part -> !part.name().equals(Part.SEAL)).toList();
        assertThat(Bundle.read(file(stripped), Sample.TOOL, sample.own("anna", "ben"))
                        .checks()
                        .get(1)
                        .problems()
                        .toString())
                .contains("the bundle is not signed");

        List<Part> other = new ArrayList<>(forged("smoke-1.json", Sample.SMOKE + " "));
        other.add(1, parts.get(1));
        refused(other, "the signature is not of this bundle");
        refused(
                with(parts, Part.SEAL, sample.approval("anna", Sample.plan("shop"))),
                "the signature is not of this bundle");
    }

    @Test
    void texts_of_others_stay_texts_on_the_page() throws IOException {
        String hostile = "<script>alert(1)</script>\"'&\\u202e\\u0007";
        Bundle.of(
                        Sample.draft(),
                        sample.content(change(
                                "rehearsal-1.json", Sample.REHEARSAL.replace("app.t", hostile.replace("\"", "\\\"")))),
                        null)
                .write(fresh());
        List<Part> parts = Archive.read("", Files.readAllBytes(folder.resolve("release.zip")));
        String page = parts.get(1).text();
        assertThat(page)
                .contains("&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;\\u202e\\u0007", "default-src 'none'")
                .doesNotContain("<script", "http://", "https://", "src=", "url(", "@import", "\u202e");
        assertThat(Stream.of("prefers-color-scheme: dark", "@media print", "lang=\"en\""))
                .allMatch(page::contains);
    }
}
