package org.visitbalance.intake;

import java.time.Instant;
import java.time.LocalDate;

/**
 * A file that should have come.
 *
 * @param match the pattern of its name
 * @param day the day on which it was expected
 * @param due until when
 */
public record MissingFile(String tenant, String match, LocalDate day, Instant due) {}
