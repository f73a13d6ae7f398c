/** People sign in with their browsers, at an OpenID Connect provider. */
@NullMarked
package org.visitbalance.query.signin;

import org.jspecify.annotations.NullMarked;
