package dev.lockkeeper.sql;

/** Strings and bodies between dollar quotes, as tokens spell them. */
final class Quoted {
    private Quoted() {}

    /** What stands between the quotes, two single quotes read as one and escapes as they are; empty for any other token. */
    static String content(String token) {
        if (token.length() > 1 && token.startsWith("$") && token.endsWith("$")) {
            int tag = token.indexOf('$', 1) + 1;
            return token.length() < 2 * tag ? "" : token.substring(tag, token.length() - tag);
        }
        int quote = token.indexOf('\'');
        boolean string = quote >= 0
                && quote <= 2
                && token.indexOf('"') != 0
                && token.endsWith("'")
                && token.length() > quote + 1;
        return string ? token.substring(quote + 1, token.length() - 1).replace("''", "'") : "";
    }
}
