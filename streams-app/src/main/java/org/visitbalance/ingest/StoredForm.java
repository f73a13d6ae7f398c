package org.visitbalance.ingest;

import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the rows of a file were read: all that has to be kept of a file whose facts are made anew
 * later.
 *
 * @param mapping the text of the mapping; empty for none
 * @param entry which entry of the mapping; -1 for none
 * @param profile the built-in profile that was found by the columns; null if the entry says all
 * @param header the names of the columns
 * @param kind what the rows are: visit, charge, ...
 * @param scope what the ids of the rows are unique in: the kind, or the series of snapshots
 * @param moment when a snapshot was taken; null if the file is none
 * @param isTranslated whether patients are named by the EMR's id
 */
public record StoredForm(
    String mapping,
    int entry,
    @Nullable String profile,
    List<String> header,
    ZoneId zone,
    String kind,
    String scope,
    @Nullable Instant moment,
    boolean isTranslated) {}
