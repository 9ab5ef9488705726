package dev.lockkeeper.check;

import dev.lockkeeper.check.rule.AddCheck;
import dev.lockkeeper.check.rule.AddComputedDefault;
import dev.lockkeeper.check.rule.AddEnumValue;
import dev.lockkeeper.check.rule.AddExclusion;
import dev.lockkeeper.check.rule.AddForeignKey;
import dev.lockkeeper.check.rule.AddPrimaryKey;
import dev.lockkeeper.check.rule.AddReferencingColumn;
import dev.lockkeeper.check.rule.AddSerialColumn;
import dev.lockkeeper.check.rule.AddStoredColumn;
import dev.lockkeeper.check.rule.AddUnique;
import dev.lockkeeper.check.rule.AssignTwice;
import dev.lockkeeper.check.rule.AttachBesideDefault;
import dev.lockkeeper.check.rule.AttachPartition;
import dev.lockkeeper.check.rule.BackfillUnderLock;
import dev.lockkeeper.check.rule.BuildIndex;
import dev.lockkeeper.check.rule.BuildOnFaultyServer;
import dev.lockkeeper.check.rule.BuildPartitionedIndex;
import dev.lockkeeper.check.rule.ChangeDefault;
import dev.lockkeeper.check.rule.ChangeExpression;
import dev.lockkeeper.check.rule.ChangePersistence;
import dev.lockkeeper.check.rule.ChangePolicy;
import dev.lockkeeper.check.rule.ChangePrivileges;
import dev.lockkeeper.check.rule.ChangeReplication;
import dev.lockkeeper.check.rule.ChangeRowSecurity;
import dev.lockkeeper.check.rule.ChangeTrigger;
import dev.lockkeeper.check.rule.ChangeType;
import dev.lockkeeper.check.rule.CheckOldRows;
import dev.lockkeeper.check.rule.ColumnOrder;
import dev.lockkeeper.check.rule.CompactTable;
import dev.lockkeeper.check.rule.ConstrainDomain;
import dev.lockkeeper.check.rule.ConstrainedDomain;
import dev.lockkeeper.check.rule.CopyForType;
import dev.lockkeeper.check.rule.CreatePartition;
import dev.lockkeeper.check.rule.CutName;
import dev.lockkeeper.check.rule.DefaultPartition;
import dev.lockkeeper.check.rule.DetachPartition;
import dev.lockkeeper.check.rule.DropCascade;
import dev.lockkeeper.check.rule.DropColumn;
import dev.lockkeeper.check.rule.DropConstraint;
import dev.lockkeeper.check.rule.DropForeignKey;
import dev.lockkeeper.check.rule.DropIndex;
import dev.lockkeeper.check.rule.DropSchema;
import dev.lockkeeper.check.rule.DropSequence;
import dev.lockkeeper.check.rule.DropTable;
import dev.lockkeeper.check.rule.EmptyDown;
import dev.lockkeeper.check.rule.EmptyTable;
import dev.lockkeeper.check.rule.EnumOrder;
import dev.lockkeeper.check.rule.EnumType;
import dev.lockkeeper.check.rule.FileName;
import dev.lockkeeper.check.rule.ForeignKeyWithoutIndex;
import dev.lockkeeper.check.rule.IfExists;
import dev.lockkeeper.check.rule.IntegerKey;
import dev.lockkeeper.check.rule.JsonColumn;
import dev.lockkeeper.check.rule.LeakingSetting;
import dev.lockkeeper.check.rule.LeftUnfinished;
import dev.lockkeeper.check.rule.LimitedText;
import dev.lockkeeper.check.rule.LocalTime;
import dev.lockkeeper.check.rule.LockForNothing;
import dev.lockkeeper.check.rule.LockSeveralTables;
import dev.lockkeeper.check.rule.LockTable;
import dev.lockkeeper.check.rule.MissingComment;
import dev.lockkeeper.check.rule.MixedTransaction;
import dev.lockkeeper.check.rule.MoveTable;
import dev.lockkeeper.check.rule.NarrowType;
import dev.lockkeeper.check.rule.NoDown;
import dev.lockkeeper.check.rule.NoPrimaryKey;
import dev.lockkeeper.check.rule.NotRepeatable;
import dev.lockkeeper.check.rule.ObjectName;
import dev.lockkeeper.check.rule.OpenTransaction;
import dev.lockkeeper.check.rule.OwnTransactions;
import dev.lockkeeper.check.rule.PaddedText;
import dev.lockkeeper.check.rule.PartitionGap;
import dev.lockkeeper.check.rule.PartitionIndex;
import dev.lockkeeper.check.rule.PreparedTransaction;
import dev.lockkeeper.check.rule.PromoteNullableIndex;
import dev.lockkeeper.check.rule.ReadTwice;
import dev.lockkeeper.check.rule.RebuildIndexForType;
import dev.lockkeeper.check.rule.RecheckForType;
import dev.lockkeeper.check.rule.ReferenceFromNewTable;
import dev.lockkeeper.check.rule.RefreshView;
import dev.lockkeeper.check.rule.Reindex;
import dev.lockkeeper.check.rule.Rename;
import dev.lockkeeper.check.rule.ReplaceInterface;
import dev.lockkeeper.check.rule.RequireValue;
import dev.lockkeeper.check.rule.RequiredColumn;
import dev.lockkeeper.check.rule.RewriteTable;
import dev.lockkeeper.check.rule.RunWithoutLimit;
import dev.lockkeeper.check.rule.SerialColumn;
import dev.lockkeeper.check.rule.SetNotNull;
import dev.lockkeeper.check.rule.StaleBody;
import dev.lockkeeper.check.rule.TruncateCascade;
import dev.lockkeeper.check.rule.UnqualifiedName;
import dev.lockkeeper.check.rule.UpdateExtension;
import dev.lockkeeper.check.rule.UseNewEnumValue;
import dev.lockkeeper.check.rule.ValidateAtOnce;
import dev.lockkeeper.check.rule.WaitForLocks;
import dev.lockkeeper.check.rule.WideIndex;
import dev.lockkeeper.check.rule.WorkUnderLock;
import dev.lockkeeper.check.rule.WriteAllRows;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** All rules. */
public final class Rules {
    private static final List<Rule> ALL = of(Naming.USUAL);

    private Rules() {}

    /** In the order of their ids, those included that look only where a project asks for them. */
    public static List<Rule> all() {
        return ALL;
    }

    /** Of locks, copies and passes over tables. */
    private static List<Rule> locks() {
        return List.of(
                new BuildIndex(),
                new DropIndex(),
                new Reindex(),
                new BuildPartitionedIndex(),
                new AddUnique(),
                new AddPrimaryKey(),
                new PromoteNullableIndex(),
                new AddExclusion(),
                new AddForeignKey(),
                new AddReferencingColumn(),
                new ReferenceFromNewTable(),
                new DropForeignKey(),
                new AddCheck(),
                new ValidateAtOnce(),
                new SetNotNull(),
                new AddComputedDefault(),
                new AddSerialColumn(),
                new AddStoredColumn(),
                new ChangeExpression(),
                new CopyForType(),
                new RebuildIndexForType(),
                new RecheckForType(),
                new ChangePersistence(),
                new MoveTable(),
                new CompactTable(),
                new RewriteTable(),
                new AttachPartition(),
                new AttachBesideDefault(),
                new CreatePartition(),
                new DetachPartition(),
                new RefreshView(),
                new ChangeTrigger(),
                new ChangePolicy(),
                new ConstrainDomain(),
                new LockForNothing(),
                new WaitForLocks(),
                new RunWithoutLimit(),
                new WorkUnderLock(),
                new LockSeveralTables(),
                new ReadTwice(),
                new LockTable(),
                new BuildOnFaultyServer());
    }

    /** The same for a project that names things its own way. */
    public static List<Rule> of(Naming naming) {
        return Stream.of(compatibility(), data(), files(naming), locks(), style(), scripts())
                .flatMap(List::stream)
                .toList();
    }

    private static List<Rule> compatibility() {
        return List.of(
                new Rename(),
                new ChangeType(),
                new RequireValue(),
                new ChangeDefault(),
                new ReplaceInterface(),
                new ChangePrivileges(),
                new ChangeRowSecurity(),
                new ChangeReplication(),
                new StaleBody(),
                new ForeignKeyWithoutIndex(),
                new LeftUnfinished(),
                new ConstrainedDomain());
    }

    private static List<Rule> data() {
        return List.of(
                new DropTable(),
                new DropColumn(),
                new DropSchema(),
                new DropCascade(),
                new EmptyTable(),
                new TruncateCascade(),
                new WriteAllRows(),
                new BackfillUnderLock(),
                new CheckOldRows(),
                new RequiredColumn(),
                new NarrowType(),
                new DropSequence(),
                new DropConstraint(),
                new AddEnumValue(),
                new UpdateExtension(),
                new AssignTwice());
    }

    private static List<Rule> files(Naming naming) {
        return List.of(
                new FileName(naming),
                new NoDown(),
                new EmptyDown(),
                new ObjectName(naming),
                new PartitionIndex(),
                new DefaultPartition(),
                new PartitionGap());
    }

    private static List<Rule> style() {
        return List.of(
                new IntegerKey(),
                new SerialColumn(),
                new LimitedText(),
                new PaddedText(),
                new LocalTime(),
                new JsonColumn(),
                new WideIndex(),
                new EnumType(),
                new CutName(),
                new UnqualifiedName(),
                new EnumOrder(),
                new IfExists(),
                new ColumnOrder(),
                new NoPrimaryKey(),
                new MissingComment());
    }

    private static List<Rule> scripts() {
        return List.of(
                new MixedTransaction(),
                new OwnTransactions(),
                new OpenTransaction(),
                new UseNewEnumValue(),
                new NotRepeatable(),
                new LeakingSetting(),
                new PreparedTransaction());
    }

    /** The one with this id, whatever the case of its letters. */
    public static Optional<Rule> find(String id) {
        return ALL.stream()
                .filter(rule -> rule.text().id().equalsIgnoreCase(id))
                .findFirst();
    }
}
