package dev.lockkeeper.sql;

import dev.lockkeeper.problem.Code;

/**
 * Finds the tokens that matter for cutting a script, by the rules of the scanner of PostgreSQL 16 and later, with
 * standard_conforming_strings on. Every char that is not ASCII counts as a letter, as it does there.
 *
 * <p>One difference to psql is wanted: psql reads line by line and so overlooks that an E'' string goes on after a
 * newline; the server sees it, and so does this lexer.
 */
%%

%class Lexer
%final
%unicode
%char
%function next
%type Token
%yylexthrow SqlFlaw
%xstate COMMENT, STRING, BIT_STRING, ESCAPE_STRING, STRING_END, DOLLAR_STRING, IDENTIFIER
%xstate COPY_TAIL, COPY_DATA, COPY_END

%{
    private int start;
    private int commentDepth;
    private int stringState;
    private String dollarQuote = "";
    private int plainBackslash = -1;

    /** Offset of the current token, in chars. */
    int start() {
        return start;
    }

    /** Offset after the current token, in chars. */
    int end() {
        return (int) yychar + yylength();
    }

    /** Offset of the first backslash in a plain string, which means another thing with standard_conforming_strings off; -1 for none. */
    int plainBackslash() {
        return plainBackslash;
    }

    /** Looks for such a backslash from here on. */
    void forgetBackslash() {
        plainBackslash = -1;
    }

    /** Goes on with the data of COPY: the next token is DATA. Call it when the semicolon of the command was read. */
    void expectCopyData() {
        yybegin(COPY_TAIL);
    }

    private Token token(Token token) {
        start = (int) yychar;
        return token;
    }

    private void open(int state) {
        start = (int) yychar;
        yybegin(state);
    }

    private Token close(Token token) {
        yybegin(YYINITIAL);
        return token;
    }

    private SqlFlaw unterminated(String what, String closing) {
        return new SqlFlaw(
                Code.UNTERMINATED,
                start,
                what + " is opened here and never closed",
                "close it with " + closing + ", or look for a stray quote before it");
    }
%}

Space = [ \t\n\r\f\u000B]
Blank = [ \t\f\u000B]
Newline = [\n\r]
Comment = "--" [^\n\r]*
Continuation = ({Blank} | {Comment})* {Newline} ({Space} | {Comment} {Newline})* "'"

Letter = [A-Za-z_] | [^\u0000-\u007F]
Word = {Letter} ({Letter} | [0-9$])*
DollarQuote = "$" ({Letter} ({Letter} | [0-9])*)? "$"

Digits = [0-9] ("_"? [0-9])*
Decimal = {Digits} ("." {Digits}?)? | "." {Digits}
Number = {Decimal} ([Ee] [-+]? {Digits})?
       | 0 [xX] ("_"? [0-9A-Fa-f])+ | 0 [oO] ("_"? [0-7])+ | 0 [bB] ("_"? [01])+
/* letters right after a number belong to it, so that 1e'x' holds no escape string; the server refuses them */
NumberJunk = {Number} {Word} | {Decimal} [Ee] [-+]
Parameter = "$" [0-9]+ {Word}?

%%

<YYINITIAL> {
  {Space}+                          {}
  {Comment}                         { return token(Token.COMMENT); }
  "/*"                              { commentDepth = 1; open(COMMENT); }
  [eE] "'"                          { open(ESCAPE_STRING); }
  [bBxX] "'"                        { open(BIT_STRING); }
  ([uU] "&")? "'"                   { open(STRING); }
  [nN] / "'"                        { return token(Token.OTHER); }
  ([uU] "&")? \"                    { open(IDENTIFIER); }
  {DollarQuote}                     { dollarQuote = yytext(); open(DOLLAR_STRING); }
  {Word}                            { return token(Token.WORD); }
  "("                               { return token(Token.OPEN); }
  ")"                               { return token(Token.CLOSE); }
  ";"                               { return token(Token.SEMICOLON); }
  "\\" [^\n]*                       { return token(Token.BACKSLASH); }
  {Number} | {NumberJunk} | {Parameter} | [^]
                                    { return token(Token.OTHER); }
  <<EOF>>                           { return token(Token.END); }
}

<COMMENT> {
  "/*"                              { commentDepth++; }
  "*/"                              { if (--commentDepth == 0) { yybegin(YYINITIAL); } }
  [^*/]+ | [*/]                     {}
  <<EOF>>                           { throw unterminated("a comment", "*/ (comments nest: each /* needs its own)"); }
}

<STRING, ESCAPE_STRING> {
  "''"                              {}
}

<STRING, BIT_STRING, ESCAPE_STRING> {
  "'"                               { stringState = yystate(); yybegin(STRING_END); }
}

<STRING> {
  [^'\\]+                           {}
  "\\"                              { if (plainBackslash < 0) { plainBackslash = (int) yychar; } }
}

<BIT_STRING> {
  [^']+                             {}
}

<STRING, BIT_STRING> {
  <<EOF>>                           { throw unterminated("a string", "'"); }
}

<ESCAPE_STRING> {
  "\\" [^] | "\\" | [^'\\]+         {}
  <<EOF>>                           { throw unterminated("an escape string", "', which is not \\'"); }
}

<STRING_END> {
  {Continuation}                    { yybegin(stringState); }
  [^]                               { yypushback(yylength()); return close(Token.OTHER); }
  <<EOF>>                           { return close(Token.OTHER); }
}

<DOLLAR_STRING> {
  {DollarQuote}                     { if (yytext().equals(dollarQuote)) { return close(Token.OTHER); } yypushback(1); }
  [^$]+ | "$"                       {}
  <<EOF>>                           { throw unterminated("the dollar quote " + dollarQuote, dollarQuote); }
}

<IDENTIFIER> {
  \"                                { return close(Token.OTHER); }
  [^\"]+ | \"\"                     {}
  <<EOF>>                           { throw unterminated("a quoted identifier", "\""); }
}

/* the data of COPY starts on the line after its semicolon */
<COPY_TAIL> {
  {Blank}+ | \r | {Comment}         {}
  \n                                { start = end(); yybegin(COPY_DATA); }
  [^]                               { throw new SqlFlaw(
                                              Code.COPY_DATA,
                                              (int) yychar,
                                              "something follows COPY ... FROM STDIN on the same line",
                                              "start the data on the next line, and put other commands after \\."); }
  <<EOF>>                           { start = end(); return close(Token.DATA); }
}

<COPY_DATA> {
  "\\." \r? \n?                     { yypushback(yylength()); yybegin(COPY_END); return Token.DATA; }
  [^\n]* \n | [^\n]+                {}
  <<EOF>>                           { return close(Token.DATA); }
}

<COPY_END> {
  "\\." \r? \n?                     { yybegin(YYINITIAL); }
}
