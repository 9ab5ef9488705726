package dev.lockkeeper.describe.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.commonmark.ext.gfm.tables.TableCell;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.Code;
import org.commonmark.node.CustomNode;
import org.commonmark.node.FencedCodeBlock;
import org.commonmark.node.Heading;
import org.commonmark.node.HtmlInline;
import org.commonmark.node.Link;
import org.commonmark.node.Node;
import org.commonmark.node.Text;
import org.commonmark.parser.Parser;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A parser of GitHub's Markdown reads back what was meant. */
@Tag("DOC-01")
class MarkdownTest {
    private static final Parser PARSER =
            Parser.builder().extensions(List.of(TablesExtension.create())).build();

    static Stream<String> hostile() {
        return Stream.of(
                "plain",
                "a | b",
                "| a | b |",
                "a\\|b",
                "ends in \\",
                "`code`",
                "``",
                "` ",
                "a ``` b",
                "**bold** _em_ *em* ~~gone~~",
                "snake_case_name and _private_",
                "[link](http://example.org) ![picture](x.png)",
                "<script>alert(1)</script>",
                "<!-- notes -->",
                "&lt; &amp; &",
                "# no heading",
                "- no list",
                "+ no list",
                "1. no list",
                "12) no list",
                "> no quote",
                "=== no title",
                "--- no rule",
                "$x$ and $$y$$",
                "    no code",
                "name #",
                "🦄 63 bytes",
                "a & b; c");
    }

    @ParameterizedTest
    @MethodSource("hostile")
    void text_stays_text_in_a_cell_a_paragraph_a_list_and_a_heading(String text) {
        assertThat(cells(page(new Block.Table(List.of("A", "B"), List.of(List.of(Line.of(text), Line.of("end")))))))
                .containsExactly("A", "B", text.strip(), "end");
        assertThat(all(page(new Block.Paragraph(Line.of(text))))).isEqualTo("title" + text.strip());
        assertThat(all(page(new Block.Bullets(List.of(Block.Item.of(Line.of(text)))))))
                .isEqualTo("title" + text.strip());
        Node heading = PARSER.parse(Markdown.plain(new Page("x.md", "", Line.of(text), List.of())))
                .getFirstChild();
        assertThat(heading).isInstanceOf(Heading.class);
        assertThat(read(heading)).isEqualTo(text.strip());
        assertThat(heading.getNext()).isNull();
    }

    @ParameterizedTest
    @MethodSource("hostile")
    void code_stays_code_in_a_cell_and_a_paragraph(String code) {
        List<String> cells = cells(page(
                new Block.Table(List.of("A", "B"), List.of(List.of(Line.empty().code(code), Line.of("end"))))));
        assertThat(cells).containsExactly("A", "B", "‹" + code + "›", "end");
        assertThat(all(page(new Block.Paragraph(Line.of("it is ").code(code))))).isEqualTo("titleit is ‹" + code + "›");
        assertThat(all(page(new Block.Sql(code)))).isEqualTo("title‹" + code + "\n›");
    }

    @Test
    void a_line_feed_begins_a_new_line_and_nothing_else() {
        assertThat(all(page(new Block.Paragraph(Line.of("one\r\ntwo\n\n# three")))))
                .isEqualTo("titleone<br>two<br><br># three");
        assertThat(all(page(new Block.Paragraph(Line.empty().code("one\ntwo")))))
                .isEqualTo("title‹one\\u000atwo›");
    }

    @Test
    void what_turns_the_direction_of_writing_is_spelled_out() {
        assertThat(all(page(new Block.Paragraph(Line.of("a\u202eb").code("c\u2066d")))))
                .isEqualTo("titlea\\u202eb‹c\\u2066d›");
    }

    @Test
    void links_lead_from_one_folder_to_another() {
        Page page = new Page(
                "a/b.md",
                "",
                Line.of("title"),
                List.of(new Block.Paragraph(Line.empty()
                        .link(new Span.Text("x|y"), Target.of("c/d.md"))
                        .link(new Span.Code("z"), new Target("a/e.md", "f"))
                        .link(new Span.Text("top"), new Target("a/b.md", "g"))
                        .link(new Span.Text("index"), Target.of("README.md")))));
        assertThat(all(Markdown.plain(page)))
                .isEqualTo("title[x|y](../c/d.md)[‹z›](e.md#f)[top](#g)[index](../README.md)");
    }

    private static String page(Block block) {
        return Markdown.plain(new Page("x.md", "", Line.of("title"), List.of(block)));
    }

    private static String all(String markdown) {
        return read(PARSER.parse(markdown));
    }

    private static List<String> cells(String markdown) {
        List<String> cells = new ArrayList<>();
        PARSER.parse(markdown).accept(new AbstractVisitor() {
            @Override
            public void visit(CustomNode node) {
                if (node instanceof TableCell) {
                    cells.add(read(node));
                } else {
                    visitChildren(node);
                }
            }
        });
        return cells;
    }

    private static String read(Node root) {
        StringBuilder text = new StringBuilder();
        root.accept(new AbstractVisitor() {
            @Override
            public void visit(Text node) {
                text.append(node.getLiteral());
            }

            @Override
            public void visit(Code node) {
                text.append('‹').append(node.getLiteral()).append('›');
            }

            @Override
            public void visit(FencedCodeBlock node) {
                text.append('‹').append(node.getLiteral()).append('›');
            }

            @Override
            public void visit(HtmlInline node) {
                text.append(node.getLiteral());
            }

            @Override
            public void visit(Link node) {
                text.append('[');
                visitChildren(node);
                text.append("](").append(node.getDestination()).append(')');
            }
        });
        return text.toString();
    }
}
