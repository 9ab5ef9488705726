package dev.lockkeeper.describe.dictionary;

import dev.lockkeeper.catalog.model.Grant;
import dev.lockkeeper.catalog.model.Policy;
import dev.lockkeeper.describe.page.Block;
import dev.lockkeeper.describe.page.Line;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Blocks that pages of several kinds have. Not thread-safe. */
final class Facts {
    private final List<Block> blocks = new ArrayList<>();

    List<Block> blocks() {
        return blocks;
    }

    Facts add(Block block) {
        blocks.add(block);
        return this;
    }

    /** What COMMENT ON says; nothing when it says nothing. */
    Facts comment(@Nullable String comment) {
        return comment == null || comment.isBlank() ? this : add(new Block.Paragraph(Line.of(comment)));
    }

    /** A list below a title; nothing when it has no entry. */
    Facts list(int level, String title, List<Block.Item> items) {
        return items.isEmpty()
                ? this
                : add(new Block.Heading(level, Line.of(title), null)).add(new Block.Bullets(items));
    }

    /** What stands behind a name in a list: its comment. */
    static Line told(Line line, @Nullable String comment) {
        return comment == null || comment.isBlank() ? line : line.text(" — " + comment);
    }

    /** An entry whose code is on its line, or below it, and whose comment is on the line. */
    static Block.Item item(Line line, String code, @Nullable String comment) {
        if (code.indexOf('\n') < 0) {
            return Block.Item.of(told(line.text(": ").code(code), comment));
        }
        return new Block.Item(told(line, comment), code);
    }

    /** An expression without the parentheses that the server writes around all of it. */
    static String bare(String expression) {
        if (!expression.startsWith("(") || !expression.endsWith(")")) {
            return expression;
        }
        int depth = 0;
        char quote = 0;
        for (int i = 0; i < expression.length(); i++) {
            char c = expression.charAt(i);
            if (quote != 0) {
                // a doubled quote ends and begins at once
                quote = c == quote ? 0 : quote;
            } else if (c == '\'' || c == '"') {
                quote = c;
            } else if (c == '(') {
                depth++;
            } else if (c == ')' && --depth == 0 && i < expression.length() - 1) {
                return expression;
            }
        }
        return expression.substring(1, expression.length() - 1);
    }

    /** Who may do what, one entry for each role. */
    static List<Block.Item> grants(List<Grant> grants) {
        Map<String, Line> roles = new LinkedHashMap<>();
        for (Grant grant : grants) {
            roles.merge(grant.grantee(), granted(grant), (one, other) -> one.text(", " + privilege(grant)));
        }
        List<Block.Item> items = new ArrayList<>();
        roles.values().forEach(line -> items.add(Block.Item.of(line)));
        return items;
    }

    /** Who may do what. */
    static Line granted(Grant grant) {
        return role(grant.grantee()).text(" may " + privilege(grant));
    }

    private static String privilege(Grant grant) {
        return grant.privilege() + (grant.grantable() ? " and pass it on" : "");
    }

    private static Line role(String role) {
        return role.equals(Grant.EVERYBODY)
                ? Line.empty().strong("everybody")
                : Line.empty().code(role);
    }

    static Block.Item policy(Policy policy) {
        Line line = Line.empty()
                .code(policy.name())
                .text((policy.permissive() ? " permits " : " restricts ")
                        + (policy.command().equals("ALL") ? "everything" : policy.command()) + " for ");
        for (int i = 0; i < policy.roles().size(); i++) {
            line = line.text(i == 0 ? "" : ", ").and(role(policy.roles().get(i)));
        }
        String using = policy.using();
        String check = policy.check();
        StringBuilder several = new StringBuilder();
        if (using != null) {
            several.append("USING (").append(bare(using)).append(')');
        }
        if (check != null) {
            several.append(using == null ? "" : "\n")
                    .append("WITH CHECK (")
                    .append(check)
                    .append(')');
        }
        if (using != null && check != null && (using + check).indexOf('\n') < 0) {
            line = line.text(": ").code("USING (" + bare(using) + ")");
            return Block.Item.of(told(line.text(" ").code("WITH CHECK (" + bare(check) + ")"), policy.comment()));
        }
        return several.isEmpty()
                ? Block.Item.of(told(line, policy.comment()))
                : item(line, several.toString(), policy.comment());
    }
}
