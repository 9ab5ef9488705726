package dev.lockkeeper.cli;

import dev.lockkeeper.report.Style;
import java.io.PrintStream;
import java.util.Optional;

/** The help of the program as a whole; it touches nothing else, so that it is instant. */
final class TopHelp {
    private TopHelp() {}

    static String version() {
        return Optional.ofNullable(TopHelp.class.getPackage().getImplementationVersion())
                .orElse("development");
    }

    static void print(PrintStream to, Style style) {
        to.println("""
            Lockkeeper applies PostgreSQL migrations and proves that each rollback restores the schema.

            %s
              lockkeeper demo                         see the whole thing, no server needed
              lockkeeper smoke --project DIR          prove that every rollback restores
              lockkeeper apply --database postgresql://me@host/db

            %s
              demo       apply, roll back, prove and reapply a reference schema
              init       make a project that passes its own checks
              new        make the files of a migration
              smoke      prove each rollback on a throw-away PostgreSQL
              rehearse   tell what each statement locks, rewrites, reads and changes
              lint       judge migrations by rules: what stops others, loses data, fails
              check      lint and smoke in one, for a job
              fix        rewrite what others wait for in a safer way, proven to be the same
              drift      compare a database with what its history says it must be
              diff       compare two databases, or a database and a folder
              types      types of the database for programs: Zod, TypeScript, Java, JSON Schema
              window     measure apply and rollback beside traffic, and what they hold up
              erd        draw tables and what ties them
              docs       dictionary, change log and rollback guide, and whether they are true

            %s
              status     which migrations are applied, which are pending
              plan       what apply or rollback would do
              approve    sign a plan that somebody else has made
              apply      bring a database to the newest or a named version
              rollback   take a database back
              seed       bring a package of rows, the same every time
              evidence   one file that shows what a release was and did
              checklist  the steps of a release, and who did what of them
              repair     say what happened where Lockkeeper cannot know
              adopt      take over the history that another tool keeps
              baseline   take a database as it is, up to a version
              fleet      the same on many schemas or databases
              audit      who changed what, and whether that record is intact

            %s
              classify   what the data are, and whether they are protected as said
              retain     let rows go whose time is over
              erase      forget a person, and show that it was done
              analytics  rollups of events that never lose one

            %s
              health     whether migrations are as they should be, once or for probes
              doctor     whether an environment is fit, and what to do where it is not

            %s
              explain    explain an error code
              mcp        let a program that assists ask: status, plan, lint, explain, drift, docs
              completion the script by which bash, zsh or fish complete
              help       help COMMAND, help exit-codes

            lockkeeper COMMAND --help shows options and examples.""".formatted(
                        style.strong("Start here"),
                        style.strong("Write and prove"),
                        style.strong("Run"),
                        style.strong("Care for the data"),
                        style.strong("Operate"),
                        style.strong("Understand")));
    }

    static void printExitCodes(PrintStream to) {
        to.println("""
            0    done
            1    unexpected: a statement failed, or Lockkeeper did
            2    usage: arguments, configuration or files are wrong; nothing was touched
            3    findings: the work was done and found differences
            4    refused by policy, such as an edited or late migration
            5    cannot connect or authenticate
            6    a lock or a time-out was in the way: run the same command again, it goes on
            7    partly applied: some of the work was kept and some was not; look at it
            129  ended by SIGHUP
            130  interrupted (SIGINT)
            143  ended by SIGTERM""");
    }
}
