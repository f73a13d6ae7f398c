/** A second, naive reading of rules.md. It shares no code with the rules, and checks them. */
package org.visitbalance.naive;
