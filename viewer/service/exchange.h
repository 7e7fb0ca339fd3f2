/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailExchanges: requests on their way through a route and back. What is
 * asked for several times at once is answered once; what nobody waits for any
 * more is cancelled. Each listening thread has its own, made and used there
 * alone. */

#pragma once

#include "service.h"

#include <libsoup/soup.h>

G_BEGIN_DECLS

typedef struct _VitrailExchanges VitrailExchanges;

VitrailExchanges *vitrail_exchanges_new (VitrailService *service);
/* Cancels all that is under way and waits for its end. */
void vitrail_exchanges_free (VitrailExchanges *self);

/* Answers @message, now or later. */
void
vitrail_exchanges_take (VitrailExchanges *self, SoupServerMessage *message);

G_END_DECLS
