package dev.heddle.demo.bytes;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The numbers of INCRBYFLOAT: C's {@code long double} on x86, with 64 bits of precision, where Java has 53.
 *
 * <p>Each is held as the exact decimal value of the binary number, so that sums are rounded once, as the processor does,
 * and print the digits that Redis prints.
 */
public final class LongDoubles {

    private static final int PRECISION_BITS = 64;
    private static final int PRINTED_DECIMALS = 17;

    /** What is rounded up to this, or beyond, is infinite. */
    private static final BigDecimal LIMIT = new BigDecimal(BigInteger.TWO.pow(16_384));

    /** Decimal exponent beyond which a number is infinite, or zero, for sure: a bound on the work that one can cause. */
    private static final int MAX_EXPONENT = 4950;

    private static final int MAX_LENGTH = 5 * 1024;
    private static final Pattern DECIMAL = Pattern.compile("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d{1,9})?");

    private LongDoubles() {}

    /** Reads a number; empty if it is none or too large. */
    public static Optional<BigDecimal> parse(byte[] text) {
        if (text.length > MAX_LENGTH) {
            return Optional.empty();
        }
        String decimal = new String(text, StandardCharsets.ISO_8859_1);
        if (!DECIMAL.matcher(decimal).matches()) {
            return Optional.empty();
        }
        BigDecimal exact = new BigDecimal(decimal);
        long exponent = (long) exact.precision() - exact.scale();
        if (exact.signum() == 0) {
            return Optional.of(BigDecimal.ZERO);
        }
        return Math.abs(exponent) > MAX_EXPONENT ? Optional.empty() : finite(round(exact));
    }

    /** Returns whether the text means an infinity, which is a number to C but to no command. */
    public static boolean isInfinity(byte[] text) {
        String word = new String(text, StandardCharsets.ISO_8859_1);
        return word.matches("(?i)[+-]?inf(inity)?");
    }

    /** Adds two numbers; empty if the sum is too large. */
    public static Optional<BigDecimal> add(BigDecimal left, BigDecimal right) {
        return finite(round(left.add(right)));
    }

    /** Writes a number with up to 17 decimals and no trailing zeros. */
    public static byte[] format(BigDecimal value) {
        BigDecimal printed = value.setScale(PRINTED_DECIMALS, RoundingMode.HALF_EVEN);
        String text = printed.signum() == 0 ? "0" : printed.stripTrailingZeros().toPlainString();
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static Optional<BigDecimal> finite(BigDecimal value) {
        return value.abs().compareTo(LIMIT) < 0 ? Optional.of(value) : Optional.empty();
    }

    /** Rounds to the nearest number with a mantissa of 64 bits, to the even one of two. */
    private static BigDecimal round(BigDecimal exact) {
        if (exact.signum() == 0) {
            return BigDecimal.ZERO;
        }
        int exponent = binaryExponent(exact) - PRECISION_BITS;
        BigDecimal mantissa = scaleByPowerOfTwo(exact, -exponent).setScale(0, RoundingMode.HALF_EVEN);
        return scaleByPowerOfTwo(mantissa, exponent);
    }

    /** Returns the least {@code e} with {@code |value| < 2^e}. */
    private static int binaryExponent(BigDecimal value) {
        BigDecimal magnitude = value.abs();
        if (magnitude.compareTo(BigDecimal.ONE) >= 0) {
            return magnitude.toBigInteger().bitLength();
        }
        BigInteger inverse = BigDecimal.ONE
                .divide(magnitude, new MathContext(40, RoundingMode.DOWN))
                .toBigInteger();
        int guess = 1 - inverse.bitLength();
        return scaleByPowerOfTwo(magnitude, -guess).compareTo(BigDecimal.ONE) >= 0 ? guess + 1 : guess;
    }

    /** Exact in both directions: a power of two below one is a finite decimal. */
    private static BigDecimal scaleByPowerOfTwo(BigDecimal value, int exponent) {
        return exponent >= 0
                ? value.multiply(new BigDecimal(BigInteger.TWO.pow(exponent)))
                : value.multiply(new BigDecimal(BigInteger.valueOf(5).pow(-exponent), -exponent));
    }
}
