package dev.lockkeeper.spark;

import java.sql.SQLException;
import org.apache.spark.SparkThrowable;
import org.postgresql.util.PSQLException;

/** What is told of an exception: enough to act on, and no value of a row, which may be anybody's. */
final class Failure {
    private static final int LONGEST = 500;

    private Failure() {}

    static String of(Throwable e) {
        Throwable told = e;
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException
                    || (cause instanceof SparkThrowable spark && spark.getCondition() != null)) {
                told = cause;
            }
        }
        if (told instanceof PSQLException server && server.getServerErrorMessage() != null) {
            String state = String.valueOf(server.getSQLState());
            return "PostgreSQL: " + (isOfData(state) ? state : line(server) + " (" + state + ")");
        }
        if (told instanceof SparkThrowable spark && spark.getCondition() != null) {
            String state = String.valueOf(spark.getSqlState());
            return isOfData(state) ? "Spark: " + spark.getCondition() + " (" + state + ")" : "Spark: " + line(told);
        }
        return told.getClass().getSimpleName() + ": " + line(told);
    }

    /** Classes of errors whose messages have the data in them. */
    private static boolean isOfData(String state) {
        return state.startsWith("22") || state.startsWith("23");
    }

    private static String line(Throwable e) {
        String message = String.valueOf(e.getMessage()).strip();
        int end = message.indexOf('\n');
        String first = end < 0 ? message : message.substring(0, end);
        return first.length() > LONGEST ? first.substring(0, LONGEST) + "..." : first;
    }
}
