package org.visitbalance.ingest.hl7;

import java.util.Map;

/**
 * What a part of a message says, as the row of a file would.
 *
 * @param kind what it is: visit, charge, transmission, note or patient
 * @param isTranslated whether the patient is named by the EMR's id
 * @param values by the names of the fields: texts, dates, instants, whole numbers, cents, or a list
 *     of modifiers
 */
public record Hl7Row(String kind, boolean isTranslated, Map<String, Object> values) {}
