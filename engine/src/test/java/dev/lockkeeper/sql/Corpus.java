package dev.lockkeeper.sql;

import java.util.List;

/** Scripts that splitters get wrong, each with the statements that psql sends; the tests also mutate and splice them. */
final class Corpus {
    private Corpus() {}

    /** One script. */
    record Case(String trap, String script, List<String> statements) {
        @Override
        public String toString() {
            return trap;
        }
    }

    static final List<Case> CASES = List.of(
            of("no command at all", ""),
            of("blanks and comments alone", " \n\t-- nothing; here\n/* nor; here */ ;; ;"),
            of("the last command without its semicolon", "select 1; select 2", "select 1", "select 2"),
            of("empty commands between", ";;select 1;; ;select 2;;", "select 1", "select 2"),
            of("comments around", "/* a; */ select 1 -- b;\n ; -- c\n", "select 1"),
            of("a comment inside", "select /* ; */ 1 -- ;\n, 2;", "select /* ; */ 1 -- ;\n, 2"),
            of(
                    "nested comments",
                    "select 1 /* a /* b; */ c; */ + 1; select 2",
                    "select 1 /* a /* b; */ c; */ + 1",
                    "select 2"),
            of("a comment that looks closed", "/*/ ; */ select 1; /**/ select 2 /***/;", "select 1", "select 2"),
            of(
                    "an operator before a comment",
                    "select 2*/* ; */3; select 4+-- ;\n5;",
                    "select 2*/* ; */3",
                    "select 4+-- ;\n5"),
            of(
                    "operators with stars and slashes",
                    "select a @/ b, c */ d; select 2",
                    "select a @/ b, c */ d",
                    "select 2"),
            of(
                    "a line comment that a carriage return ends",
                    "select 1 -- a; \r, 2; select 3",
                    "select 1 -- a; \r, 2",
                    "select 3"),
            of("quotes", "select 'a;b', 'it''s;', ''; select 2", "select 'a;b', 'it''s;', ''", "select 2"),
            of("a backslash in a plain string", "select 'a\\'; select 2;", "select 'a\\'", "select 2"),
            of(
                    "a backslash in an escape string",
                    "select E'a\\';b', e'\\\\'; select 2",
                    "select E'a\\';b', e'\\\\'",
                    "select 2"),
            of("a doubled quote in an escape string", "select E'a''\\';b'; select 2", "select E'a''\\';b'", "select 2"),
            of("an escape string with a newline escaped", "select E'a\\\n;'; select 2", "select E'a\\\n;'", "select 2"),
            of(
                    "a string with Unicode escapes",
                    "select U&'a\\0061;\\' , u&'!0061' uescape '!'; select 2",
                    "select U&'a\\0061;\\' , u&'!0061' uescape '!'",
                    "select 2"),
            of(
                    "bits and hexadecimal",
                    "select B'01', x'1F', b'1''0;'; select 2",
                    "select B'01', x'1F', b'1''0;'",
                    "select 2"),
            of("a national string", "select N'a;', n'b\\'; select 2", "select N'a;', n'b\\'", "select 2"),
            of(
                    "an identifier that ends in e before a quote",
                    "select type'a\\'; select 2",
                    "select type'a\\'",
                    "select 2"),
            of("a string continued on the next line", "select 'a'\n  'b;'; select 2", "select 'a'\n  'b;'", "select 2"),
            of(
                    "an escape string continued on the next line",
                    "select E'a'\n -- c;\n 'b\\';c'; select 2",
                    "select E'a'\n -- c;\n 'b\\';c'",
                    "select 2"),
            of(
                    "an escape string continued after a blank line",
                    "select e'a'  \n\n\t'b\\';c'\r'\\';'; select 2",
                    "select e'a'  \n\n\t'b\\';c'\r'\\';'",
                    "select 2"),
            of(
                    "an escape string not continued on the same line",
                    "select E'a' 'b\\'; select 2",
                    "select E'a' 'b\\'",
                    "select 2"),
            of(
                    "a comment between is no newline",
                    "select E'a' /* \n */ 'b\\'; select 2",
                    "select E'a' /* \n */ 'b\\'",
                    "select 2"),
            of(
                    "quoted identifiers",
                    "select \"a;b\", \"a\"\";\", U&\"d\\0061;\"; select 2",
                    "select \"a;b\", \"a\"\";\", U&\"d\\0061;\"",
                    "select 2"),
            of("quotes in quotes", "select '\"', \"'\", $$'\"$$; select 2", "select '\"', \"'\", $$'\"$$", "select 2"),
            of("dollar quotes", "select $$a;b$$, $q$a;$$;b$q$; select 2", "select $$a;b$$, $q$a;$$;b$q$", "select 2"),
            of(
                    "dollar quotes with a similar tag",
                    "select $a$ $ab$ ; $a $b$a$; select 2",
                    "select $a$ $ab$ ; $a $b$a$",
                    "select 2"),
            of(
                    "dollar quotes that meet",
                    "select $a$;$b$a$; select $a$x$a$$b$;$b$;",
                    "select $a$;$b$a$",
                    "select $a$x$a$$b$;$b$"),
            of("a tag that is not ASCII", "select $é😀$;$é😀$; select 2", "select $é😀$;$é😀$", "select 2"),
            of("a tag has capital letters", "select $A$;$a$;$A$; select 2", "select $A$;$a$;$A$", "select 2"),
            of(
                    "a DO block",
                    "do $$ begin raise notice 'a;'; end $$; select 2",
                    "do $$ begin raise notice 'a;'; end $$",
                    "select 2"),
            of(
                    "parameters are no quotes",
                    "prepare p as select $1$2; select $1;$2; deallocate p",
                    "prepare p as select $1$2",
                    "select $1",
                    "$2",
                    "deallocate p"),
            of(
                    "a dollar in a name is not a quote",
                    "select a$b$ ; select c$$; select 2",
                    "select a$b$",
                    "select c$$",
                    "select 2"),
            of(
                    "numbers",
                    "select 1.5e3, 1e-5, .5, 1., 0x1F, 1_000, 1..2; select 2",
                    "select 1.5e3, 1e-5, .5, 1., 0x1F, 1_000, 1..2",
                    "select 2"),
            of(
                    "letters after a number or parameter belong to it",
                    "select 1e'\\'; select $1e'\\'; select 1.5ee'\\'; select 0xe'\\'; select $1b$$; select 1e--;\nselect 2",
                    "select 1e'\\'",
                    "select $1e'\\'",
                    "select 1.5ee'\\'",
                    "select 0xe'\\'",
                    "select $1b$$",
                    "select 1e--",
                    "select 2"),
            of(
                    "casts and slices are no variables",
                    "select a::text, b[1:2], c[x:y], :'v', :\"w\", :{?z}; select 2",
                    "select a::text, b[1:2], c[x:y], :'v', :\"w\", :{?z}",
                    "select 2"),
            of(
                    "a rule with several commands",
                    "create rule r as on update to t do also (insert into a values (1); delete from b;); select 2",
                    "create rule r as on update to t do also (insert into a values (1); delete from b;)",
                    "select 2"),
            of("a parenthesis too many", "select 1); select 2", "select 1)", "select 2"),
            of(
                    "a function with an atomic body",
                    "create function f() returns int language sql begin atomic select 1; select 2; end; select 3",
                    "create function f() returns int language sql begin atomic select 1; select 2; end",
                    "select 3"),
            of(
                    "CASE inside an atomic body",
                    "create or replace procedure p() begin atomic select case when true then 1 end; select 2; END; select 3",
                    "create or replace procedure p() begin atomic select case when true then 1 end; select 2; END",
                    "select 3"),
            of(
                    "CASE in parentheses inside an atomic body",
                    "create function f() returns int begin atomic select (case 1 when 1 then 2 end); end; select 3",
                    "create function f() returns int begin atomic select (case 1 when 1 then 2 end); end",
                    "select 3"),
            of(
                    "BEGIN in a string or a default",
                    "create function f(a text default 'begin') returns int return 1; select 2",
                    "create function f(a text default 'begin') returns int return 1",
                    "select 2"),
            of(
                    "BEGIN elsewhere opens nothing",
                    "begin; create table \"function\" (begin int); select case when true then 1 end; end;",
                    "begin",
                    "create table \"function\" (begin int)",
                    "select case when true then 1 end",
                    "end"),
            of(
                    "a function body in a dollar quote",
                    "CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN; END $$; END;",
                    "CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN; END $$",
                    "END"),
            of(
                    "CREATE OR REPLACE VIEW counts nothing",
                    "create or replace view begin as select 1; select 2",
                    "create or replace view begin as select 1",
                    "select 2"),
            of(
                    "COPY with data",
                    "copy t from stdin;\n1\t'a;\n\\N\t\"\n\\.\nselect 2;",
                    "copy t from stdin",
                    "select 2"),
            of("COPY with CRLF", "copy t from stdin;\r\n1;\r\n\\.\r\nselect 2;", "copy t from stdin", "select 2"),
            of(
                    "COPY with options",
                    "COPY \"from\".t (a, \"to\") FROM STDIN (FORMAT csv, HEADER); -- now;\na,to\n1,';\n\\.\n\nselect 2",
                    "COPY \"from\".t (a, \"to\") FROM STDIN (FORMAT csv, HEADER)",
                    "select 2"),
            of(
                    "COPY in its old forms",
                    "copy binary t from stdin using delimiters '|';\n1|$$\n\\.\ncopy t from stdin with csv;\n/*\n\\.\nselect 2",
                    "copy binary t from stdin using delimiters '|'",
                    "copy t from stdin with csv",
                    "select 2"),
            of("COPY with data that does not end", "copy t from stdin;\n1\n\\.x\n \\.\n", "copy t from stdin"),
            of(
                    "COPY with its end at the end of the script",
                    "copy t from stdin where a > 1;\n1\n\\.",
                    "copy t from stdin where a > 1"),
            of("COPY without data", "copy t from stdin;\n\\.\nselect 2", "copy t from stdin", "select 2"),
            of("COPY as the last command", "select 1; copy t from stdin", "select 1", "copy t from stdin"),
            of(
                    "COPY that reads no data",
                    "copy (select 1 from stdin) to stdout; copy t to stdout; copy t from '/stdin'; copy t from program 'stdin'; select 2",
                    "copy (select 1 from stdin) to stdout",
                    "copy t to stdout",
                    "copy t from '/stdin'",
                    "copy t from program 'stdin'",
                    "select 2"),
            of(
                    "COPY as a name",
                    "select copy from stdin; create table copy (a int); select 2",
                    "select copy from stdin",
                    "create table copy (a int)",
                    "select 2"),
            of("CRLF everywhere", "select 1;\r\nselect '\r\n;',\r\n2;\r\n", "select 1", "select '\r\n;',\r\n2"),
            of("a byte order mark", "\uFEFFselect 1; select 2", "select 1", "select 2"),
            of(
                    "letters that are not ASCII",
                    "select é, \"日本;\", 名 from 表😀; select 2",
                    "select é, \"日本;\", 名 from 表😀",
                    "select 2"),
            of(
                    "emoji in a string",
                    "select '😀;', $$😀;$$ /* 😀; */; select '👩‍👩‍👧';",
                    "select '😀;', $$😀;$$",
                    "select '👩‍👩‍👧'"),
            of("a no-break space is a letter", "select\u00A01; select 2", "select\u00A01", "select 2"),
            of(
                    "CASE and END as names outside of a body",
                    "select 1 as case; create function s.end() returns int begin atomic select 1; end; select 2 as end",
                    "select 1 as case",
                    "create function s.end() returns int begin atomic select 1; end",
                    "select 2 as end"),
            of("pg_dump's restrict lines", "\\restrict aB3\n\nselect 1;\r\n\\unrestrict aB3\r\n", "select 1"));

    private static Case of(String trap, String script, String... statements) {
        return new Case(trap, script, List.of(statements));
    }
}
