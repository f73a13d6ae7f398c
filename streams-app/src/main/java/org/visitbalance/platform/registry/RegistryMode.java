package org.visitbalance.platform.registry;

/** Whether a subject, or the whole registry, may be changed. */
public enum RegistryMode {
  READWRITE,
  READONLY
}
