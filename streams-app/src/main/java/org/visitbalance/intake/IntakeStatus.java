package org.visitbalance.intake;

/**
 * How intake stands.
 *
 * @param waiting files in the folders that were not whole at the last look
 * @param others folders, links, and other things in the folders that are no files and are not read
 * @param working files that are being read or sent
 * @param done files that were read
 * @param quarantined files that were refused
 */
public record IntakeStatus(int waiting, int others, int working, long done, long quarantined) {}
