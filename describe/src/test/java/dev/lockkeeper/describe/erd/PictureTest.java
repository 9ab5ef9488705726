package dev.lockkeeper.describe.erd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockkeeper.catalog.model.Model;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.report.Style;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

/** What is written of a diagram. The pictures of docs/erd.md are written here: {@code -Dlockkeeper.golden=refresh} writes them anew. */
@Tag("DOC-02")
class PictureTest {
    private final Erd erd = new Erd();

    private String svg(Diagram diagram) {
        return erd.write(Format.SVG, diagram, List.of(), "a \"title\" <&|");
    }

    static Stream<Diagram> diagrams() {
        return Stream.of(Drawn.small(), Drawn.strange(), Drawn.large(4, 10), new Drawn().model())
                .flatMap(model -> Stream.of(Level.values()).map(Selection.of(model)::all));
    }

    private static Document parse(String svg) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
        return factory.newDocumentBuilder().parse(new InputSource(new StringReader(svg)));
    }

    private static List<Element> elements(Document svg, String name) {
        NodeList nodes = svg.getElementsByTagName(name);
        List<Element> found = new ArrayList<>();
        for (int i = 0; i < nodes.getLength(); i++) {
            found.add((Element) nodes.item(i));
        }
        return found;
    }

    private static String title(Element element) {
        return element.getElementsByTagName("title").item(0).getTextContent();
    }

    @ParameterizedTest
    @MethodSource("diagrams")
    void picture_is_xml_whatever_the_names_are_and_tells_in_words_what_it_shows(Diagram diagram) throws Exception {
        Document svg = parse(svg(diagram));
        List<Element> tables = elements(svg, "a");
        Set<String> ids = new HashSet<>();
        for (int i = 0; i < tables.size(); i++) {
            Element table = tables.get(i);
            assertThat(ids.add(table.getAttribute("id"))).isTrue();
            assertThat(table.getAttribute("href")).isEqualTo("#" + table.getAttribute("id"));
            // the order of the focus is that of the names
            assertThat(title(table))
                    .startsWith(Style.printable(diagram.boxes().get(i).name().toString()));
        }
        assertThat(tables).hasSameSizeAs(diagram.boxes());
        List<Element> lines = elements(svg, "g").stream()
                .filter(g -> g.hasAttribute("data-c"))
                .toList();
        assertThat(lines).hasSameSizeAs(diagram.lines());
        for (int i = 0; i < lines.size(); i++) {
            assertThat(title(lines.get(i)))
                    .contains(Style.printable(diagram.lines().get(i).parent().toString()));
        }
        assertThat(svg.getDocumentElement().getAttribute("role")).isEqualTo("graphics-document");
        assertThat(elements(svg, "script")).isEmpty();
        assertThat(elements(svg, "image")).isEmpty();
    }

    @Test
    void key_of_several_columns_is_one_line_that_names_the_pairs() throws Exception {
        Document svg = parse(svg(Selection.of(Drawn.small()).all(Level.KEYS)));
        assertThat(elements(svg, "g").stream()
                        .filter(g -> g.hasAttribute("data-c"))
                        .map(PictureTest::title))
                .anyMatch(title -> title.equals("""
                        sales.refund refers to sales.line
                        refund_order_id_number_fkey: order_id = order_id, number = number
                        at most one row for each parent, a parent may be missing
                        on delete set null"""));
    }

    @Test
    void table_says_what_it_refers_to_and_its_comment() throws Exception {
        Document svg = parse(svg(Selection.of(Drawn.small()).all(Level.KEYS)));
        assertThat(elements(svg, "a").stream().map(PictureTest::title))
                .contains(
                        "iam.person, row security\nWhoever may sign in.\nNobody is deleted.\n3 columns\nreferred to by sales.order")
                .contains(
                        "sales.order, partitioned by RANGE (id), row security\n5 columns\nrefers to iam.person, sales.order\nreferred to by sales.line, sales.order, sales.refund");
    }

    @Test
    void partitions_are_counted_only_where_that_is_asked_for() throws Exception {
        String plain = svg(Selection.of(Drawn.small()).all(Level.KEYS));
        String counted = svg(Selection.of(Drawn.small()).counted().all(Level.KEYS));
        assertThat(counted).contains(">12</text>", "sales.order, 12 partitions by RANGE (id)");
        assertThat(plain).doesNotContain(">12</text>").contains("sales.order, partitioned by RANGE (id)");
    }

    @Test
    void tables_whose_names_look_alike_with_their_schemas_are_told_apart() {
        assertThat(Anchor.of(Drawn.name("a", "b.c"))).isNotEqualTo(Anchor.of(Drawn.name("a.b", "c")));
        assertThat(Anchor.of(Drawn.name("a", "~2e~"))).isNotEqualTo(Anchor.of(Drawn.name("a", ".")));
    }

    @ParameterizedTest
    @EnumSource(Format.class)
    void same_schema_gives_the_same_bytes(Format format) {
        for (Model model : List.of(Drawn.small(), Drawn.strange())) {
            assertThat(new Erd().write(format, Selection.of(model).all(Level.ALL), List.of(), "x"))
                    .isEqualTo(erd.write(format, Selection.of(model).all(Level.ALL), List.of(), "x"))
                    .contains(Erd.MARK)
                    .endsWith("\n")
                    .doesNotContain("\r", "\u0001", "\u202e", "\ufffe");
        }
        assertThat(svg(Selection.of(Drawn.large(4, 10)).all(Level.ALL)))
                .isEqualTo(new Erd()
                        .write(
                                Format.SVG,
                                Selection.of(Drawn.large(4, 10)).all(Level.ALL),
                                List.of(),
                                "a \"title\" <&|"));
    }

    /** Another process, so that nothing which this one has loaded or remembers can help. */
    @Test
    void three_hundred_tables_have_room_in_200_megabytes_and_are_the_same_in_another_process() throws Exception {
        Path file = Files.createTempFile("erd", ".svg");
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin/java").toString(),
                        "-Xmx128m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Dfile.encoding=US-ASCII",
                        "-Duser.language=tr",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ThreeHundred.class.getName(),
                        file.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(child.waitFor()).as(said).isZero();
        assertThat(Files.readString(file)).isEqualTo(ThreeHundred.picture());
        // VmHWM of Linux, in kB
        if (said.matches("\\d+\\s*")) {
            assertThat(Long.parseLong(said.strip())).isLessThan(256 * 1024);
        }
        Files.delete(file);
    }

    @Test
    void page_runs_its_own_script_alone_and_asks_no_network() throws Exception {
        String page = erd.write(
                Format.HTML, Selection.of(Drawn.strange()).all(Level.KEYS), List.of(), "<script>alert(1)</script>");
        String script = page.substring(page.indexOf("<script>") + 8, page.indexOf("</script>"));
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(script.getBytes(StandardCharsets.UTF_8));
        assertThat(page)
                .contains("script-src 'sha256-" + Base64.getEncoder().encodeToString(digest) + "'")
                .contains("default-src 'none'");
        assertThat(page.split("<script>", -1)).hasSize(2);
        assertThat(page)
                .doesNotContain("http://", "https://")
                .doesNotContainPattern(" style=| on\\w+=\"")
                .contains("<option value=\"select.select\">");
        String relationships = page.substring(page.indexOf("<h2>Relationships"));
        assertThat(relationships.split("<tr><td>", -1)).hasSize(Drawn.STRANGE.size() + 1);
    }

    @Test
    void page_tells_the_keys_to_a_hub_as_well() {
        String page = erd.write(Format.HTML, Selection.of(Drawn.large(4, 10)).all(Level.KEYS), List.of(), "x");
        assertThat(page.split("<a href=\"#t-iam.tenant\">", -1)).hasSize(41);
    }

    @Test
    void mermaid_draws_no_more_tables_than_can_be_read() {
        assertThatThrownBy(() -> erd.write(
                        Format.MERMAID, Selection.of(Drawn.large(4, 10)).all(Level.NAMES), List.of(), "x"))
                .isInstanceOfSatisfying(
                        LockkeeperException.class,
                        e -> assertThat(e.problems().get(0).code().slug()).isEqualTo("diagram-too-large"));
    }

    @Test
    void texts_of_other_tools_tell_each_key_and_keep_names_from_being_read_as_marks() {
        Diagram strange = Selection.of(Drawn.strange()).all(Level.KEYS);
        String mermaid = erd.write(Format.MERMAID, strange, List.of(), "x");
        assertThat(mermaid.lines().filter(line -> line.contains("--o"))).hasSize(Drawn.STRANGE.size());
        assertThat(mermaid).contains("[\"a #34;quoted#34; #60;b#62;#38;amp#59;#60;/b#62; | name.");
        String plantUml = erd.write(Format.PLANTUML, strange, List.of(), "x");
        assertThat(plantUml.lines().filter(line -> line.contains("--o"))).hasSize(Drawn.STRANGE.size());
        assertThat(plantUml)
                .contains("entity \"<U+002D><U+002D> \"")
                .doesNotContain("**")
                .doesNotContain("]]>");
        String dot = erd.write(Format.DOT, strange, List.of(), "x");
        assertThat(dot.lines().filter(line -> line.contains(" -> "))).hasSize(Drawn.STRANGE.size());
        assertThat(dot).contains("<b>a &quot;quoted&quot; &lt;b&gt;&amp;amp;&lt;/b&gt; | name</b>");
        String dbml = erd.write(Format.DBML, strange, List.of(), "x");
        assertThat(dbml.lines().filter(line -> line.startsWith("Ref "))).hasSize(Drawn.STRANGE.size());
        assertThat(dbml).contains("\"a \u201dquoted\u201d <b>&amp;</b> | name\"");
    }

    @Test
    void dbml_has_no_table_without_columns_and_one_reference_between_the_same_columns() {
        Drawn drawn = new Drawn();
        drawn.table("public", "bare");
        drawn.table("public", "a").column("id", "int").primary("id").refers(Drawn.name("public", "b"), "id");
        drawn.table("public", "b").column("id", "int").primary("id").refers(Drawn.name("public", "a"), "id");
        String dbml = erd.write(Format.DBML, Selection.of(drawn.model()).all(Level.KEYS), List.of(), "x");
        assertThat(dbml.lines().filter(line -> line.startsWith("Ref "))).hasSize(1);
        assertThat(dbml).doesNotContain("bare");
    }

    @Test
    void colors_have_the_contrast_that_eyes_need() {
        for (Palette palette : List.of(Palette.light(), Palette.dark())) {
            List<String> behindText = new ArrayList<>(List.of(palette.paper(), palette.box()));
            palette.tints().forEach(tint -> behindText.addAll(List.of(tint.frame(), tint.head())));
            assertThat(behindText)
                    .allSatisfy(
                            back -> assertThat(contrast(palette.ink(), back)).isGreaterThanOrEqualTo(4.5));
            for (String back : List.of(palette.paper(), palette.box())) {
                assertThat(contrast(palette.muted(), back)).isGreaterThanOrEqualTo(4.5);
                assertThat(contrast(palette.key(), back)).isGreaterThanOrEqualTo(3);
            }
            assertThat(contrast(palette.onAccent(), palette.accent())).isGreaterThanOrEqualTo(4.5);
            for (Palette.Tint tint : palette.tints()) {
                assertThat(contrast(palette.line(), tint.frame())).isGreaterThanOrEqualTo(3);
                assertThat(contrast(palette.edge(), tint.frame())).isGreaterThanOrEqualTo(3);
                assertThat(contrast(palette.accent(), tint.frame())).isGreaterThanOrEqualTo(3);
                assertThat(contrast(palette.accent(), tint.head())).isGreaterThanOrEqualTo(3);
            }
            assertThat(contrast(palette.edge(), palette.paper())).isGreaterThanOrEqualTo(3);
        }
    }

    /** WCAG 2.2, "contrast ratio". */
    private static double contrast(String one, String other) {
        double a = luminance(one);
        double b = luminance(other);
        return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    }

    private static double luminance(String color) {
        double[] parts = new double[3];
        for (int i = 0; i < 3; i++) {
            double value = Integer.parseInt(color.substring(1 + 2 * i, 3 + 2 * i), 16) / 255.0;
            parts[i] = value <= 0.04045 ? value / 12.92 : Math.pow((value + 0.055) / 1.055, 2.4);
        }
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
    }

    @Test
    void text_is_measured_alike_everywhere_and_marks_have_no_width() {
        TextWidth measure = TextWidth.read();
        assertThat(measure.of("tenant_id", 12, false)).isEqualTo(56.4, org.assertj.core.api.Assertions.within(0.1));
        assertThat(measure.of("e\u0301", 12, false)).isEqualTo(measure.of("e", 12, false));
        assertThat(measure.of("\uD83D\uDE00", 10, true)).isEqualTo(13);
        assertThat(measure.fit("x".repeat(100), 12, false, 100)).endsWith("…").hasSizeLessThan(20);
        assertThat(measure.fit("short", 12, false, 100)).isEqualTo("short");
        // not between the halves of a character
        assertThat(measure.fit("\uD83D\uDE00".repeat(30), 12, false, 100)).matches("(\uD83D\uDE00)+…");
    }

    @Test
    void pictures_of_the_manual_are_those_that_are_drawn() throws IOException {
        golden(
                "erd-signs.svg",
                erd.write(Format.SVG, Selection.of(Drawn.small()).counted().all(Level.ALL), List.of(), "Every sign"));
        Selection forty = Selection.of(Drawn.large(4, 10));
        golden("erd-40-tables.svg", erd.write(Format.SVG, forty.all(Level.KEYS), List.of(), "Forty tables and a hub"));
        golden(
                "erd-around.svg",
                erd.write(
                        Format.SVG,
                        forty.around(Drawn.name("sales", "invoice"), 1),
                        List.of(),
                        "Around sales.invoice"));
    }

    private static void golden(String name, String actual) throws IOException {
        Path file = Path.of(System.getProperty("lockkeeper.root"), "docs/pictures", name);
        if ("refresh".equals(System.getProperty("lockkeeper.golden"))) {
            Files.createDirectories(file.resolveSibling("."));
            Files.writeString(file, actual);
        }
        assertThat(actual).isEqualTo(Files.readString(file));
    }
}
