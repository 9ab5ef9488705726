package dev.lockkeeper.source;

import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Place;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.sql.CustomSettings;
import dev.lockkeeper.sql.ScriptVisitor;
import dev.lockkeeper.sql.Splitter;
import dev.lockkeeper.sql.SqlFlaw;
import dev.lockkeeper.sql.Statement;
import java.io.IOException;
import java.io.Reader;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Commands that are read again from their file.
 *
 * @param all how many statements there are, a pair of BEGIN and COMMIT among them
 */
record StreamedCommands(
        StreamedBody body,
        int all,
        Directives directives,
        boolean demandsTransaction,
        boolean declinesTransaction,
        int plainBackslash,
        boolean hasCopyData,
        boolean sendsCopyData,
        boolean grants,
        CustomSettings customSettings,
        List<Script.Remark> outside,
        List<Script.Remark> unrestorable)
        implements Script.Commands {
    StreamedCommands {
        outside = List.copyOf(outside);
        unrestorable = List.copyOf(unrestorable);
    }

    @Override
    public Script.Commands unbound() {
        return new StreamedCommands(
                body,
                all,
                directives.unbound(),
                demandsTransaction,
                declinesTransaction,
                plainBackslash,
                hasCopyData,
                sendsCopyData,
                grants,
                customSettings,
                outside,
                unrestorable);
    }

    @Override
    public String sql() {
        throw new IllegalStateException("the text of a large script is not held in memory");
    }

    @Override
    public List<Statement> statements() {
        List<Statement> statements = new ArrayList<>();
        forEach(statements::add);
        return statements;
    }

    @Override
    public boolean dividesTransactions() {
        // refused when it was read
        return false;
    }

    @Override
    public int count() {
        return demandsTransaction ? all - 2 : all;
    }

    @Override
    public boolean isLarge() {
        return true;
    }

    @Override
    public void forEach(Consumer<Statement> action) {
        List<ChecksumReader> checking = new ArrayList<>();
        Teller teller = new Teller(action);
        try (Reader in = body.open(checking::add)) {
            Splitter.visit(in, teller);
            if (teller.seen != all || !checking.get(0).finish().is(body.checksum())) {
                throw altered();
            }
        } catch (SqlFlaw flaw) {
            throw altered();
        } catch (IOException e) {
            throw body.unreadable(e);
        }
    }

    private LockkeeperException altered() {
        return Problem.of(Code.MIGRATION_ALTERED, "the file changed while it was read")
                .at(Place.of(body.file().display()))
                .because("it is too large to be held in memory, so it is read once to plan and once more to run")
                .help("run the same command again when nobody writes to the file")
                .asException();
    }

    /** Leaves out BEGIN and COMMIT, and what comes after the number of statements that were counted. */
    private final class Teller implements ScriptVisitor {
        private final Consumer<Statement> action;
        private int seen;

        Teller(Consumer<Statement> action) {
            this.action = action;
        }

        @Override
        public void statement(Statement statement) {
            seen++;
            if (seen > all) {
                throw altered();
            }
            if (!demandsTransaction || (seen > 1 && seen < all)) {
                action.accept(statement);
            }
        }

        @Override
        public void comment(int start, String text, boolean ownLine) {}
    }
}
