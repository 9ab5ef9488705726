package dev.lockkeeper.address;

/**
 * {@code host=localhost dbname='my db'}: blanks part the pairs and may stand around the equal sign, quotes hold a value
 * with blanks or an empty one, a backslash takes the next character as it is (manual 34.1.1.1).
 */
final class KeywordForm {
    private final String text;
    private final String source;
    private int at;

    KeywordForm(String text, String source) {
        this.text = text;
        this.source = source;
    }

    void read(AddressText.Taker taker) {
        blanks();
        while (at < text.length()) {
            int start = at;
            while (at < text.length() && text.charAt(at) != '=' && !blank()) {
                at++;
            }
            String name = text.substring(start, at);
            blanks();
            if (at == text.length() || text.charAt(at) != '=') {
                throw AddressText.unreadable(source, "no = follows " + (Names.known(name) ? name : "a word"));
            }
            at++;
            blanks();
            taker.take(name, value());
            blanks();
        }
    }

    private String value() {
        boolean quoted = at < text.length() && text.charAt(at) == '\'';
        if (quoted) {
            at++;
        }
        StringBuilder value = new StringBuilder();
        while (at < text.length() && !(quoted ? text.charAt(at) == '\'' : blank())) {
            if (text.charAt(at) == '\\') {
                at++;
            }
            if (at < text.length()) {
                value.append(text.charAt(at++));
            }
        }
        if (quoted) {
            if (at == text.length()) {
                throw AddressText.unreadable(source, "a quote is opened and never closed");
            }
            at++;
        }
        return value.toString();
    }

    private void blanks() {
        while (at < text.length() && blank()) {
            at++;
        }
    }

    /** What isspace() of C takes for a blank. */
    private boolean blank() {
        return " \t\n\u000b\f\r".indexOf(text.charAt(at)) >= 0;
    }
}
