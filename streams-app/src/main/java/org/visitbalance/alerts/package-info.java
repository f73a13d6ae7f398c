/** Sends discrepancies to Alertmanager and to webhooks: docs/alerts.md. */
@NullMarked
package org.visitbalance.alerts;

import org.jspecify.annotations.NullMarked;
