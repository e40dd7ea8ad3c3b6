package dev.heddle.demo.protocol;

/**
 * How much one request may be.
 *
 * @param maxBulkLength the most bytes of one argument
 * @param maxArguments the most arguments, the command's name included
 * @param maxInlineLength the most bytes of a line: an inline command, or the length before an argument
 * @param maxRequestLength the most bytes of all arguments together
 */
public record ProtocolLimits(int maxBulkLength, int maxArguments, int maxInlineLength, long maxRequestLength) {}
