package dev.lockkeeper.analytics.adapter;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.sql.SQLException;
import org.duckdb.DuckDBAppender;

/**
 * A numeric of PostgreSQL as a decimal of DuckDB: digits of base 10000, of which the first counts 10000 to the power of its weight (numeric.c,
 * numeric_send).
 */
record NumericCell(int precision, int scale) implements Cell {
    private static final int BASE_DIGITS = 4;
    private static final int BASE = 10_000;
    private static final int NEGATIVE = 0x4000;
    /** Digits stand in groups of four, so that a number is up to a thousandfold of what its precision says. */
    private static final int WIDEST_LONG = 15;

    private static final int WIDEST_SHORT = 4;
    private static final int WIDEST_INT = 9;
    private static final long[] POWERS = new long[19];

    static {
        POWERS[0] = 1;
        for (int i = 1; i < POWERS.length; i++) {
            POWERS[i] = POWERS[i - 1] * 10;
        }
    }

    /** @param kept as {@code DECIMAL(P,S)} */
    static NumericCell of(String kept) {
        String[] digits = kept.replaceAll("[^0-9,]", "").split(",", -1);
        return new NumericCell(Integer.parseInt(digits[0]), Integer.parseInt(digits[1]));
    }

    @Override
    public void append(DuckDBAppender appender, ByteBuffer bytes, int at, int size) throws SQLException {
        int sign = bytes.getShort(at + 4) & 0xffff;
        if (sign != 0 && sign != NEGATIVE) {
            throw new IllegalArgumentException("a number is NaN or infinite");
        }
        if (precision > WIDEST_LONG) {
            appender.append(decimal(bytes, at, sign));
            return;
        }
        long unscaled = unscaled(bytes, at, sign);
        if (precision <= WIDEST_SHORT) {
            appender.appendDecimal((short) unscaled);
        } else if (precision <= WIDEST_INT) {
            appender.appendDecimal((int) unscaled);
        } else {
            appender.appendDecimal(unscaled);
        }
    }

    private long unscaled(ByteBuffer bytes, int at, int sign) {
        int digits = bytes.getShort(at);
        long value = 0;
        for (int i = 0; i < digits; i++) {
            value = value * BASE + bytes.getShort(at + 8 + 2 * i);
        }
        int power = exponent(bytes, at, digits) + scale;
        // what is cut off are zeros that fill a group
        value = power >= 0 ? value * POWERS[power] : value / POWERS[-power];
        return sign == NEGATIVE ? -value : value;
    }

    private BigDecimal decimal(ByteBuffer bytes, int at, int sign) {
        int digits = bytes.getShort(at);
        BigInteger value = BigInteger.ZERO;
        for (int i = 0; i < digits; i++) {
            value = value.multiply(BigInteger.valueOf(BASE)).add(BigInteger.valueOf(bytes.getShort(at + 8 + 2 * i)));
        }
        BigDecimal number = new BigDecimal(sign == NEGATIVE ? value.negate() : value)
                .scaleByPowerOfTen(exponent(bytes, at, digits));
        return number.setScale(scale);
    }

    private static int exponent(ByteBuffer bytes, int at, int digits) {
        return digits == 0 ? 0 : BASE_DIGITS * (bytes.getShort(at + 2) - digits + 1);
    }
}
