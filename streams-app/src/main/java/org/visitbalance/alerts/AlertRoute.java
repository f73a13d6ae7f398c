package org.visitbalance.alerts;

/**
 * One way out.
 *
 * @param name of its consumer group too: another name is another route, which knows of nothing
 */
public record AlertRoute(String name, Destination destination, RouteFilter filter) {}
