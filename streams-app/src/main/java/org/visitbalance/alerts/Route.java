package org.visitbalance.alerts;

/**
 * One way out.
 *
 * @param name of its consumer group too: another name is another route, which knows of nothing
 */
public record Route(String name, Door door, Wanted wanted) {}
