package dev.lockkeeper.sql;

/** What {@link Lexer} tells apart. */
enum Token {
    /** A keyword or an unquoted identifier. */
    WORD,
    /** An opening parenthesis. */
    OPEN,
    /** A closing parenthesis. */
    CLOSE,
    SEMICOLON,
    /** Two hyphens and the rest of their line. */
    COMMENT,
    /** A backslash outside quotes and the rest of its line: a command for psql. */
    BACKSLASH,
    /** The lines after COPY ... FROM STDIN, without the line that ends them. */
    DATA,
    /** A string, a quoted identifier, a number, a parameter, or a char of an operator. */
    OTHER,
    END
}
