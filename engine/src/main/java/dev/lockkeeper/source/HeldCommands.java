package dev.lockkeeper.source;

import dev.lockkeeper.sql.CustomSettings;
import dev.lockkeeper.sql.Grants;
import dev.lockkeeper.sql.Outside;
import dev.lockkeeper.sql.Statement;
import dev.lockkeeper.sql.Unrestorable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/** Commands in memory. */
record HeldCommands(
        String sql,
        List<Statement> statements,
        Directives directives,
        boolean demandsTransaction,
        boolean declinesTransaction,
        int plainBackslash)
        implements Script.Commands {
    @Override
    public Script.Commands unbound() {
        return new HeldCommands(
                sql, statements, directives.unbound(), demandsTransaction, declinesTransaction, plainBackslash);
    }

    @Override
    public int count() {
        return statements.size();
    }

    @Override
    public boolean isLarge() {
        return false;
    }

    @Override
    public void forEach(Consumer<Statement> action) {
        statements.forEach(action);
    }

    @Override
    public boolean dividesTransactions() {
        return statements.stream().anyMatch(s -> s.kind() == Statement.Kind.COMMIT);
    }

    @Override
    public boolean hasCopyData() {
        return statements.stream().anyMatch(s -> s.kind() == Statement.Kind.COPY_IN);
    }

    @Override
    public boolean sendsCopyData() {
        return statements.stream().anyMatch(s -> s.kind() == Statement.Kind.COPY_OUT);
    }

    @Override
    public boolean grants() {
        return statements.stream().anyMatch(Grants::in);
    }

    @Override
    public CustomSettings customSettings() {
        return CustomSettings.in(statements);
    }

    @Override
    public List<Script.Remark> outside() {
        return remarks(Outside::reason);
    }

    @Override
    public List<Script.Remark> unrestorable() {
        return remarks(Unrestorable::in);
    }

    private List<Script.Remark> remarks(Function<Statement, Optional<String>> look) {
        List<Script.Remark> remarks = new ArrayList<>();
        for (Statement statement : statements) {
            look.apply(statement)
                    .ifPresent(said -> remarks.add(new Script.Remark(statement.ordinal(), statement.start(), said)));
        }
        return remarks;
    }
}
