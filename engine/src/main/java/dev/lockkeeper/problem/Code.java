package dev.lockkeeper.problem;

import java.util.Locale;

/** The stable names of all problems; {@code lockkeeper explain NAME} prints the explanation. */
public enum Code {
    UNEXPECTED(
            Category.UNEXPECTED,
            "Something happened that Lockkeeper did not foresee. Nothing is known to be lost; please report it with the"
                    + " output of the same command when the variable LOCKKEEPER_DEBUG is set to 1."),
    USAGE(Category.USAGE, "The command line, or what a program asks the library for, is not understood."),
    PROJECT_FILE(
            Category.USAGE,
            "lockkeeper.yaml could not be read as it stands: a key is unknown, a value has the wrong form, or it is not"
                    + " YAML. All problems of the file are reported at once."),
    PROJECT_MISSING(Category.USAGE, "No lockkeeper.yaml was found where it was looked for."),
    CONVENTION_UNCLEAR(
            Category.USAGE,
            "The files of a folder fit no file convention, or more than one; name it in lockkeeper.yaml."),
    FILE_UNREADABLE(Category.USAGE, "A file is missing, cannot be read, is not valid UTF-8, or holds a NUL character."),
    FILE_UNMATCHED(
            Category.USAGE, "A .sql file fits nothing that the file convention knows, so it would never be run."),
    SCRIPT_EMPTY(
            Category.USAGE,
            "An up script holds no statement, perhaps because nobody has filled in the file that lockkeeper new has made. It"
                    + " would be recorded as applied without having done anything."),
    DUPLICATE_VERSION(Category.USAGE, "Two files claim the same version; versions are never reused."),
    MARKS_UNCLEAR(
            Category.USAGE,
            "The comments that tell the up from the down script within one file are incomplete, repeated, in the wrong"
                    + " order, or say something that the file convention does not know."),
    MISSING_DOWN(
            Category.USAGE,
            "A migration has no down script, so it could not be rolled back. Write one, even if it does nothing, or say"
                    + " downs: optional in lockkeeper.yaml."),
    DOWN_WITHOUT_UP(Category.USAGE, "A down script has no up script of the same version."),
    TOKEN_WITHOUT_VALUE(
            Category.USAGE,
            "A ${token} is declared, but no value was given by the project, environment or command line."),
    TOKEN_UNDECLARED(
            Category.USAGE,
            "A ${name} stands in a script but is not declared. It is left as it is, because such text occurs as plain"
                    + " data; a project with strict-tokens: true refuses it."),
    UNTERMINATED(
            Category.USAGE, "A quote, dollar quote, comment, parenthesis or function body is opened and never closed."),
    BACKSLASH_COMMAND(
            Category.USAGE,
            "A script holds a psql command such as \\i or \\set. They belong to psql, not to the server."),
    TRANSACTION_COMMAND(
            Category.USAGE,
            "A script contains a transaction command that cannot be followed. Lockkeeper runs each migration in a"
                    + " transaction of its own; one BEGIN ... COMMIT around the whole script is dissolved into it. Where"
                    + " such pairs stand within a script, it runs statement by statement, each pair as one transaction;"
                    + " anything else is refused."),
    COPY_DATA(
            Category.USAGE,
            "Something follows COPY ... FROM STDIN; on the same line. Its data starts on the next line and goes up to a line"
                    + " that holds \\. alone, or to the end of the script."),
    DIRECTIVE(
            Category.USAGE,
            "A comment of a script begins with lockkeeper: and what follows is not understood. Known are before, after, rows,"
                    + " backfill, no-transaction, accept, allow and allow-file."),
    RULE_UNKNOWN(
            Category.USAGE,
            "A file or the project speaks of a rule that does not exist. `lockkeeper explain rules` lists them all."),
    DOCS_FILE(
            Category.USAGE,
            "A file that lockkeeper docs generate keeps beside the documents, or the marks around a note in one of them, is not"
                    + " what it wrote: it was cut off, altered by hand, or merged badly. Or a file of yours stands where a document"
                    + " belongs. Nothing was written over it."),
    DOCS_NOTE(
            Category.FINDINGS,
            "A document that nothing in the database needs any more holds a note that somebody has written by hand. It is not"
                    + " removed with what the note says: move the note to another document, or delete the file."),
    FIX_UNPROVEN(
            Category.FINDINGS,
            "lockkeeper fix has found a safer way for statements, but with it the history would not end in the same catalogs, a"
                    + " rollback would not restore, or the file has changed meanwhile. Nothing was written."),
    TEXT_SETTING(
            Category.USAGE,
            "A script sets how its own text is to be read, and that makes a difference: standard_conforming_strings off with a"
                    + " backslash in a plain string, or another client_encoding than UTF-8 with text that is not ASCII. Remove the"
                    + " setting, and write E before strings with escapes."),
    VERSION_UNKNOWN(Category.USAGE, "A version was named that no migration has."),
    DATABASE_UNKNOWN(
            Category.USAGE, "No database was named on the command line, in the environment or in the project."),
    TABLE_UNKNOWN(
            Category.USAGE,
            "A table or a schema was named that the described database does not have, or a table without its schema where several"
                    + " schemas have one of that name."),
    DIAGRAM_TOO_LARGE(
            Category.USAGE,
            "A diagram has more tables than the form that was asked for can show so that anybody can read it. Other forms have no"
                    + " such limit."),
    FLEET_TARGETS(
            Category.USAGE,
            "The targets of a fleet cannot be worked on: the query for them fails, a name is there twice, a schema's name"
                    + " would mean something else in a script, or no script names the token ${schema}."),
    SECRET_ON_COMMAND_LINE(
            Category.USAGE, "A password stands where others can read it: on the command line or in the project file."),
    MIGRATION_ALTERED(
            Category.REFUSED,
            "A file was edited after it was applied: its checksum differs from the recorded one, so this database does"
                    + " not hold what the file says."),
    MIGRATION_MISSING(Category.REFUSED, "The history names an applied migration whose file is not there any more."),
    OUT_OF_ORDER(
            Category.REFUSED,
            "A migration that was never applied is older than one that was, usually after a late merge. Renumber it, or"
                    + " say out-of-order: allow in lockkeeper.yaml."),
    HISTORY_FOREIGN(
            Category.REFUSED, "A table stands where Lockkeeper keeps its record, but Lockkeeper did not make it."),
    HISTORY_NEWER(
            Category.REFUSED,
            "The record in the database has a layout that only a later Lockkeeper knows. It is neither read nor written, since"
                    + " what it means may have changed."),
    HISTORY_ELSEWHERE(
            Category.REFUSED,
            "The component has no history here, but its scripts are in a history of the same database: under another name, or"
                    + " in another record. Everything would run a second time, so nothing is run. Lockkeeper repair moves the"
                    + " history, or says that the component is another one."),
    HISTORY_OF_OTHER_PROJECT(
            Category.REFUSED,
            "The history under this component's name was written for another project, and its scripts are others. Give the"
                    + " component another name, or name the right database."),
    HISTORY_HIDDEN(
            Category.REFUSED,
            "This user may not see or change the whole record: a right is missing, or row security hides rows. What cannot be"
                    + " seen is not taken for missing, so nothing is done."),
    CATALOG_HIDDEN(
            Category.REFUSED,
            "This user may not read a system catalog that a comparison of schemas needs, such as that of user mappings. What"
                    + " cannot be read is not taken for unchanged, so nothing is said about the database. Use a role that may"
                    + " read it, or grant select on that catalog."),
    DRIFT_UNKNOWN(
            Category.REFUSED,
            "It is not known what the database should be: a script that its history names has no file any more, or another"
                    + " text, and the record does not keep it whole; or tokens have other values than when it was applied; or"
                    + " no throw-away server of the same major version is at hand; or the history does not run on an empty"
                    + " server. Nothing is said about the database then."),
    DRIFT_DURING_RUN(
            Category.RETRY,
            "A run is at work on the component, or one has begun while the database was looked at. What it is doing is no"
                    + " drift, and what it has not done yet is none either. Run the same command again when it has ended."),
    DRIFT_UNFINISHED(
            Category.PARTIAL,
            "A step that runs statement by statement was begun and is not finished, and nobody is at work on it. What it has"
                    + " done so far is no drift, but it cannot be told from drift. Let the step finish with lockkeeper apply, or"
                    + " settle it with lockkeeper repair."),
    DRIFT_ACCEPTANCE(
            Category.FINDINGS,
            "An entry under drift: in lockkeeper.yaml has expired: what it accepted counts again. Put the database right, or"
                    + " decide anew and write a later date."),
    DRIFT_ACCEPTANCE_UNUSED(
            Category.USAGE,
            "An entry under drift: in lockkeeper.yaml covers nothing that was found. It may be mistyped, or what it accepted is"
                    + " gone; a later difference that it covers would not be told. Remove it. It only warns."),
    HISTORY_UNFIT(
            Category.REFUSED,
            "The tables of the record are not as Lockkeeper makes them, usually because an event trigger of the database"
                    + " changes every new table. Nothing of them was kept."),
    ROLLBACK_UNCONFIRMED(
            Category.REFUSED,
            "The rollback drops tables or columns, and with them data that no script brings back. On a terminal it asks; where"
                    + " nobody can be asked it needs --yes."),
    HISTORY_OF_OTHER_TOOL(
            Category.REFUSED,
            "The database was migrated by another tool and Lockkeeper has no record of it, so applying from the start"
                    + " would collide with what is there."),
    CHECK_FAILED(
            Category.REFUSED,
            "A check that the project or a script demands before the work is not true, or a command before the work failed."
                    + " The work was not begun."),
    CONTRACT_BROKEN(
            Category.REFUSED,
            "After a script, a check that it demands is not true, or a table has not the number of rows that it promises."
                    + " Where the script runs in a transaction, it aborted and nothing of it remains."),
    CHECK_AFTER_FAILED(
            Category.FINDINGS,
            "The work was done and is kept, but a check or a command that the project demands after it failed. Look at the"
                    + " database, and take the work back if need be: lockkeeper rollback."),
    STEP_FAILED(
            Category.REFUSED,
            "The server refused this step in an earlier run, and its script has not changed since. It is not tried again by"
                    + " itself: fix the script, or say with lockkeeper repair why it would go well now."),
    STEP_UNFINISHED(
            Category.REFUSED,
            "A step that runs statement by statement was begun in the other direction and is not finished."),
    REPAIR_UNFIT(
            Category.REFUSED,
            "The repair that was asked for does not fit what the record says, so nothing was changed."),
    HISTORY_NOT_EMPTY(
            Category.REFUSED,
            "The component has a history of its own already, so nothing can be taken over in front of it."),
    OTHER_TOOL_UNCLEAR(
            Category.USAGE,
            "No history of another tool was found, or more than one, or one that Lockkeeper cannot read, or that another"
                    + " component has taken over."),
    OTHER_TOOL_FAILED(
            Category.REFUSED,
            "The other tool's history names a migration that failed or was done only in part, so it is not known what"
                    + " this database holds."),
    OTHER_TOOL_ROW(Category.REFUSED, "A row of the other tool's history cannot become a migration of this project."),
    STATEMENT_INTERRUPTED(
            Category.PARTIAL,
            "A statement that cannot run in a transaction was started and nobody recorded its end, so it is not known"
                    + " whether it took effect."),
    STATEMENT_FAILED(
            Category.UNEXPECTED, "PostgreSQL refused a statement. Its transaction was rolled back as a whole."),
    PARTLY_APPLIED(Category.PARTIAL, "A run failed after some of its migrations had been applied and kept."),
    CONNECTION_FAILED(Category.CONNECTION, "The database server could not be reached."),
    AUTHENTICATION_FAILED(Category.CONNECTION, "The database server did not accept the user or the password."),
    CONNECTION_LOST(
            Category.CONNECTION,
            "The connection broke in the middle of the work. Lockkeeper has looked through a new connection what was kept,"
                    + " and says so if it could. Run the same command again: it goes on from there."),
    POOLED_CONNECTION(
            Category.REFUSED,
            "The connection goes through a pooler in transaction mode, which lends another session of the server to each"
                    + " transaction. Session locks and settings do not hold there: connect to the server itself, or to a"
                    + " pool in session mode."),
    POOL_TOO_SMALL(
            Category.REFUSED,
            "The connection goes through a pool that gives no second connection, and a run needs two at once, three while a"
                    + " statement takes long: one holds the runner lock, one runs the scripts, one looks who is in the way. Let"
                    + " the pool give that many to this user and database, or connect to the server itself."),
    DATA_SOURCE_UNFIT(
            Category.USAGE,
            "The DataSource that a program gave cannot serve a run: its connections are not of the driver of PostgreSQL, stand"
                    + " in a transaction of others, are read-only, come with settings that scripts would find by chance, or are"
                    + " one and the same. Nothing was run."),
    NOT_GRANTED(
            Category.REFUSED,
            "A GRANT or REVOKE did nothing, or less than it says, for want of the right to grant; the server only warns of"
                    + " that. Nothing was kept of the transaction. The line -- lockkeeper:accept 01007 (01006 for REVOKE) in the"
                    + " script accepts it."),
    STRINGS_UNCLEAR(
            Category.REFUSED,
            "The database sets standard_conforming_strings off, so a plain string with a backslash would mean something"
                    + " else than the script says. Nothing was sent."),
    SESSION_NEEDED(
            Category.REFUSED,
            "A script that runs statement by statement must be able to go on in another session after an interruption, but it"
                    + " uses what lives in one session only, such as a temporary table. Move the statements that run in no"
                    + " transaction into a migration of their own."),
    STATEMENT_TIMEOUT(
            Category.UNEXPECTED,
            "A statement took longer than statement_timeout allows. The same command meets the same limit again: raise it"
                    + " where it is set, or make the statement do less at a time."),
    TRANSACTION_TIMEOUT(
            Category.UNEXPECTED,
            "The server ended the session, because a transaction took longer than transaction_timeout allows. The same"
                    + " command meets the same limit again: raise it where it is set, or split the script."),
    IDLE_TIMEOUT(
            Category.UNEXPECTED,
            "The server ended a session that was idle for longer than a setting allows. Raise the setting where it is set."),
    LOCK_MEMORY(
            Category.UNEXPECTED,
            "The server has no room for more locks: a transaction locks each object that it touches. Split the script, or"
                    + " raise max_locks_per_transaction, which needs a restart of the server."),
    DRIVER_REFUSED(
            Category.UNEXPECTED,
            "The driver between Lockkeeper and the server could not go on, although the server did. Lockkeeper has looked in"
                    + " its record what was kept, and says so."),
    READ_ONLY(
            Category.REFUSED,
            "The database takes no writes: it is a standby, or default_transaction_read_only is on. Nothing was kept of the"
                    + " migration; connect to the primary, or let somebody lift the setting."),
    SERVER_EXHAUSTED(
            Category.RETRY,
            "The server ran out of something: room on its disk, memory, or connections. Nothing was kept of the migration;"
                    + " run the same command again when there is room."),
    RUNNER_LOCK_HELD(Category.RETRY, "Another run holds the runner lock of this component; one runs at a time."),
    STATEMENT_CANCELED(
            Category.RETRY, "Somebody canceled the statement, or the server did for the sake of another one."),
    LOCK_NOT_AVAILABLE(Category.RETRY, "PostgreSQL could not get a lock in time, or found a deadlock."),
    INTERRUPTED(
            Category.INTERRUPTED,
            "A signal ended the command: 130 after SIGINT, 143 after SIGTERM, 129 after SIGHUP. What was kept is kept, and the"
                    + " same command goes on."),
    PLAN_FILE(
            Category.USAGE,
            "A plan file is not whole, is no plan file, or is of a form that another version of Lockkeeper writes. Nothing was run."),
    PLAN_ALTERED(
            Category.REFUSED,
            "A plan file does not have the digest that it names: somebody has changed it after it was written. What people"
                    + " approved was another plan."),
    PLAN_CHANGED(
            Category.REFUSED,
            "What a plan file rests on is not what it was: a script, a token, the database, its history, the environment or the"
                    + " version of Lockkeeper. It runs exactly or not at all, so another plan is needed, and its approvals."),
    PLAN_EXPIRED(
            Category.REFUSED,
            "The plan file was valid until a time that has passed by the clock of the server. Make another plan."),
    PLAN_NEEDED(
            Category.REFUSED,
            "The environment demands approvals, which are given to plan files: lockkeeper plan --out FILE makes one."),
    FILE_EXISTS(
            Category.USAGE,
            "A file that was to be written is there already. Plans and approvals are never overwritten."),
    APPROVAL_MISSING(
            Category.REFUSED,
            "The environment demands more approvals than the plan has. Those that do not count are told with the reason: the"
                    + " signer is not allowed any more, has made the plan or its scripts, or has signed another plan."),
    APPROVAL_REFUSED(
            Category.REFUSED,
            "An approval was not given, because it would not count: the key is not one of the allowed signers now, its owner has"
                    + " made the plan or committed its scripts, or has approved it already."),
    SIGNERS_FILE(
            Category.USAGE,
            "The file of allowed signers or of revoked keys is not named in lockkeeper.yaml, or a line of it cannot be read. It"
                    + " has the form that ssh-keygen -Y verify takes."),
    KEY_UNUSABLE(
            Category.USAGE,
            "The key cannot sign: it is not of type Ed25519, others may read it, it needs a passphrase that nobody gives, or"
                    + " ssh-keygen is missing where it is needed."),
    ENVIRONMENT_CLOSED(
            Category.REFUSED,
            "The project or the environment does not allow it at all: staging-only or no-production-write where the environment"
                    + " is production or nobody says what it is, or an emergency where none is allowed."),
    ENVIRONMENT_UNNAMED(
            Category.REFUSED,
            "The record of the database tells of runs under the rules of an environment, and nobody has named an environment for"
                    + " this one, so that no rules would be asked for."),
    ROLE_REFUSED(
            Category.REFUSED,
            "The environment says who may do what, and this is done by somebody else: a database user who is no operator, or a plan"
                    + " whose maker or committers are no authors."),
    WINDOW_CLOSED(
            Category.REFUSED,
            "Runs may begin in the maintenance windows of the environment only, and by the clock of the server none is open."),
    UNCONFIRMED(
            Category.REFUSED,
            "The environment wants the database named before it is changed: typed at a terminal, or by --confirm where it says"
                    + " confirm: named. What was named is another one, or nothing."),
    ASSERTION_FAILED(
            Category.REFUSED,
            "What the project asserts is not so after a script. Where the script runs in a transaction, it aborted and nothing of"
                    + " it remains."),
    EVIDENCE_UNFIT(
            Category.REFUSED,
            "A bundle of evidence is not what was collected, or its parts do not belong to one release: something was changed,"
                    + " removed, added or put in from elsewhere. Nothing that it says can be relied on."),
    EVIDENCE_LACKING(
            Category.FINDINGS,
            "A bundle of evidence is whole, and what it says is not all that a release should show: a part is missing, a finding"
                    + " is open, an approval does not count, or not all of the plan was done."),
    COMMENT_OPEN(
            Category.REFUSED,
            "Somebody has asked about a step of the plan, and nobody who may has resolved it. A plan with an open comment is not"
                    + " run."),
    COMMENT_FILE(
            Category.USAGE,
            "A comment on a plan is not whole, is of another form, or holds characters that hide something from who reads it."),
    COMMENT_REFUSED(
            Category.REFUSED,
            "A comment was not written, because it would not count: the key is not one of the allowed signers now, or its owner has"
                    + " neither asked nor may approve the plan and so resolves nothing."),
    CHECKLIST_FILE(
            Category.USAGE,
            "A checklist could not be read as it stands: a key is unknown, a value has the wrong form, a step comes after one that"
                    + " is not before it, a token has no value, or it is not YAML. All problems of the file are reported at once."),
    CHECKLIST_ALTERED(
            Category.REFUSED,
            "The file that keeps what became of a checklist is not what was written: a line was changed, removed, put in or merged"
                    + " by hand. What it says of who did what is not to be relied on, so nothing is added to it."),
    CHECKLIST_REFUSED(
            Category.REFUSED,
            "A step of a checklist is out of its order, is done already, is being run by somebody else, or may not be skipped; or"
                    + " the checklist is finished, or not yet. Nothing was done."),
    CHECKLIST_STEP_FAILED(
            Category.FINDINGS,
            "The command of a step of a checklist has not succeeded. The step is failed, with the last lines of what the command"
                    + " said, until it is run again with success or is skipped with a reason."),
    CHECKLIST_HELD(
            Category.RETRY,
            "Somebody else keeps the file of a checklist locked for longer than the moment in which a line is added."),
    CLASSIFICATION_FILE(
            Category.USAGE,
            "The classification file is missing where it is needed, or could not be read as it stands: a key is unknown, a value"
                    + " has the wrong form, or it is not YAML. All problems of the file are reported at once."),
    RETENTION_STOPPED(
            Category.REFUSED,
            "Rows whose time is over could not go from a table: the schema refuses it, other rows refer to them, a right is"
                    + " missing, or what the classification file says does not fit the database. What was done before is kept"
                    + " and recorded, and the same command goes on."),
    ERASURE_REFUSED(
            Category.REFUSED,
            "A request to forget a person cannot go on as it stands: it is not known, it is done, the plan was changed or not"
                    + " approved by a second person, the person is under a hold, or the variable with the key of the hashes is not"
                    + " set. Nothing was changed."),
    ERASURE_INCOMPLETE(
            Category.FINDINGS,
            "A person was to be forgotten, and was still found afterwards. Nothing was kept of it: all of it was rolled back. Have"
                    + " the classification file cover what was found."),
    AUDIT_UNKNOWN(
            Category.REFUSED,
            "Whether an audit chain is intact cannot be told: there is none, a file of it or a kept head cannot be read or is not to"
                    + " be trusted, or the part that is asked for was archived. What is unknown is not taken for intact."),
    SEED_FILE(
            Category.USAGE,
            "A file of a seed package could not be read as it stands, or it does not fit the database: a key, a table or a column is"
                    + " unknown, a value has the wrong form, or no unique index serves the natural key of the rows. All that is found"
                    + " is reported at once, and nothing was changed."),
    SEED_KEY_MISSING(
            Category.USAGE,
            "A file of a seed package hashes values with a key that an environment variable holds, and that variable is not set or"
                    + " is empty. Nothing was changed."),
    SEED_REFUSED(
            Category.REFUSED,
            "A package of seeds is not for this environment or this database: the package names other environments, the project"
                    + " asserts no-seed-data, the environment wants approvals, or a package that empties tables would do so in a"
                    + " database that is not the one of its environment."),
    SEED_ROW(
            Category.REFUSED,
            "A row of a seed package cannot be brought to the database: a row that it refers to is not there, or is there more than"
                    + " once, or the server refuses it. The package is one transaction, so nothing of it was kept."),
    SEED_UNSATISFIED(
            Category.REFUSED,
            "Rows that would be generated do not meet a condition of their table, or a column has no generator and none can be"
                    + " guessed. It is found by rows that the server judges before anything is written."),
    SEED_DIFFERENT(
            Category.FINDINGS,
            "The database does not hold what a package of seeds brings: rows are missing or hold other values. lockkeeper seed"
                    + " brings them back."),
    ANALYTICS_FILE(
            Category.USAGE,
            "A definition of a rollup could not be read as it stands: a key is unknown, a value has the wrong form, a name stands"
                    + " there twice, two rollups write one table, or it is not YAML. All problems of all files are reported at once."),
    ANALYTICS_UNFIT(
            Category.REFUSED,
            "A definition of a rollup does not fit the database: a table or a column is gone or has another type, sums would be"
                    + " rounded or floating, the key of the target does not tell its rows apart, or what keeps the marks is not there."
                    + " Nothing was changed."),
    ANALYTICS_STOPPED(
            Category.REFUSED,
            "A bucket of a rollup could not be computed or written: the server refuses it. Its marks and what it held before are"
                    + " kept, other buckets went on, and the same command tries again."),
    ANALYTICS_ADAPTER(
            Category.RETRY,
            "The engine that computes rollups beside the database cannot be started, or failed, or its files cannot be written: a"
                    + " library is missing, the disk is full, or a number is too long. The transaction was taken back, all marks are"
                    + " kept, and the same command tries again."),
    ANALYTICS_CHECK(
            Category.FINDINGS,
            "A check of a rollup failed. When it blocks, the bucket keeps what it held before, and its marks, until the check"
                    + " passes; otherwise it is published. Results are kept in dq_result."),
    ANALYTICS_LAG(
            Category.FINDINGS,
            "A rollup is further behind its events than was asked for: marks have waited too long. Nothing is lost; nobody computes"
                    + " them, or a check keeps a bucket from being published."),
    ANALYTICS_BUDGET(
            Category.FINDINGS,
            "The last run of a rollup took longer than the definition allows for the hours of events that it has computed. They"
                    + " are computed; a rollup that is slower than its events come falls behind."),
    ANALYTICS_DRIFT(
            Category.FINDINGS,
            "A rollup is not what the events say, and no mark says that it will be. Rows were altered by hand, restored, or written"
                    + " while triggers were off. lockkeeper analytics reconcile --repair has such buckets computed again; one that is"
                    + " sealed stays."),
    ANALYTICS_PARTITIONS(
            Category.FINDINGS,
            "Partitions of events are not ready for as long as the definition asks, or one whose time is over cannot go: its sums are"
                    + " not final, or not what its events say. Nothing of it was lost; without a partition an event is refused."),
    TELEMETRY(
            Category.USAGE,
            "A setting of telemetry is not understood, or what a command did could not be sent to the collector. It is a warning: the"
                    + " command did what it does without telemetry, and its exit code is the same."),
    HEALTH_ADDRESS(
            Category.USAGE,
            "lockkeeper health --serve cannot listen where it was told to: the port is taken or needs more rights, or the address"
                    + " is none of this machine."),
    SERVICES_FILE(
            Category.USAGE,
            "The manifest of services, services.yaml, could not be read as it stands: a key or a kind is unknown, a value has the"
                    + " wrong form, a variable is used that is not declared, or it is not YAML. All problems of the file are reported"
                    + " at once, and no service was called."),
    SERVER_SHARED(
            Category.REFUSED,
            "With --server a history is proven beside the databases of others, and a script makes, changes or drops what all"
                    + " databases of a server share, such as a role. It would stay when the throw-away database is gone."),
    SERVER_MISSING(Category.UNEXPECTED, "The embedded PostgreSQL could not be unpacked or started on this machine.");

    private final Category category;
    private final String explanation;

    Code(Category category, String explanation) {
        this.category = category;
        this.explanation = explanation;
    }

    public Category category() {
        return category;
    }

    /** Some sentences for a person who meets the problem for the first time. */
    public String explanation() {
        return explanation;
    }

    /** The name as it is printed and matched by scripts: lower case with hyphens. */
    public String slug() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
