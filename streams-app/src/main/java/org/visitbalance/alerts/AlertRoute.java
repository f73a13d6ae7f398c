package org.visitbalance.alerts;

/**
 * One way to send alerts.
 *
 * @param name the name of the route and of its consumer group; a changed name is a new route, which
 *     has sent nothing yet
 */
public record AlertRoute(String name, Destination destination, RouteFilter filter) {}
