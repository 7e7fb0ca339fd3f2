/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Request counts: see metrics.h. */

#include "metrics.h"

#include "framestore.h"
#include "memorybudget.h"

#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

/* Statuses kept apart, the others are counted under 0. */
static const guint statuses[] = { 200, 206, 303, 304, 400, 403, 404, 405, 406,
                                  413, 414, 416, 422, 499, 500, 503, 0 };

typedef struct {
  guint64 n[G_N_ELEMENTS (statuses)];
  guint64 time_us;
  guint64 bytes;
} Row;

struct _VitrailMetrics {
  pthread_mutex_t lock; /* of what is counted */
  guint n_rows;         /* one a route, the last for no route */
  Row *rows;
  guint64 n_shared;
};

VitrailMetrics *
vitrail_metrics_new (void)
{
  VitrailMetrics *self = g_new0 (VitrailMetrics, 1);
  pthread_mutex_init (&self->lock, NULL);
  self->n_rows = vitrail_n_routes + 1;
  self->rows = g_new0 (Row, self->n_rows);
  return self;
}

void
vitrail_metrics_free (VitrailMetrics *self)
{
  if (self == NULL)
    return;
  pthread_mutex_destroy (&self->lock);
  g_free (self->rows);
  g_free (self);
}

static guint
find_route (const VitrailRoute *route)
{
  guint i = 0;
  while (i < vitrail_n_routes && vitrail_routes[i] != route)
    i++;
  return i;
}

static const char *
get_route_name (guint index)
{
  return index < vitrail_n_routes ? vitrail_routes[index]->name : "none";
}

void
vitrail_metrics_count (VitrailMetrics *self,
                       const VitrailRoute *route,
                       guint status,
                       gint64 duration_us,
                       gsize bytes)
{
  Row *row = &self->rows[find_route (route)];
  guint i = 0;

  while (statuses[i] != status && statuses[i] != 0)
    i++;
  pthread_mutex_lock (&self->lock);
  row->n[i]++;
  row->time_us += (guint64) MAX (duration_us, 0);
  row->bytes += bytes;
  pthread_mutex_unlock (&self->lock);
}

void
vitrail_metrics_count_shared (VitrailMetrics *self)
{
  pthread_mutex_lock (&self->lock);
  self->n_shared++;
  pthread_mutex_unlock (&self->lock);
}

static guint64
count_all (const Row *row)
{
  guint64 sum = 0;
  for (guint i = 0; i < G_N_ELEMENTS (statuses); i++)
    sum += row->n[i];
  return sum;
}

static void
write_head (GString *text, const char *name, const char *type, const char *help)
{
  g_string_append_printf (text, "# HELP vitrail_%s %s\n# TYPE vitrail_%s %s\n",
                          name, help, name, type);
}

static void
write_value (GString *text,
             const char *name,
             const char *type,
             const char *help,
             guint64 value)
{
  write_head (text, name, type, help);
  g_string_append_printf (text, "vitrail_%s %" G_GUINT64_FORMAT "\n", name,
                          value);
}

static void
write_requests (const VitrailMetrics *self, GString *text)
{
  write_head (text, "http_requests_total", "counter",
              "Requests answered, by route and status.");
  for (guint i = 0; i < self->n_rows; i++)
    for (guint j = 0; j < G_N_ELEMENTS (statuses); j++)
      if (self->rows[i].n[j] > 0)
        g_string_append_printf (text,
                                "vitrail_http_requests_total{route=\"%s\","
                                "status=\"%u\"} %" G_GUINT64_FORMAT "\n",
                                get_route_name (i), statuses[j],
                                self->rows[i].n[j]);
}

static void
write_times (const VitrailMetrics *self, GString *text)
{
  char seconds[G_ASCII_DTOSTR_BUF_SIZE];

  write_head (text, "http_request_duration_seconds", "summary",
              "Time from the request's headers to its answer.");
  for (guint i = 0; i < self->n_rows; i++) {
    const Row *row = &self->rows[i];
    if (count_all (row) == 0)
      continue;
    g_ascii_formatd (seconds, sizeof seconds, "%.6f",
                     (double) row->time_us / 1e6);
    g_string_append_printf (
        text,
        "vitrail_http_request_duration_seconds_sum{route=\"%s\"} %s\n"
        "vitrail_http_request_duration_seconds_count{route=\"%s\"} "
        "%" G_GUINT64_FORMAT "\n",
        get_route_name (i), seconds, get_route_name (i), count_all (row));
  }
  write_head (text, "http_response_bytes_total", "counter",
              "Body bytes handed out, by route.");
  for (guint i = 0; i < self->n_rows; i++)
    if (count_all (&self->rows[i]) > 0)
      g_string_append_printf (text,
                              "vitrail_http_response_bytes_total{route=\"%s\"} "
                              "%" G_GUINT64_FORMAT "\n",
                              get_route_name (i), self->rows[i].bytes);
}

static guint64
get_resident_bytes (void)
{
  unsigned long long size = 0;
  unsigned long long resident = 0;
  g_autofree char *text = NULL;

  if (!g_file_get_contents ("/proc/self/statm", &text, NULL, NULL) ||
      sscanf (text, "%llu %llu", &size, &resident) != 2) /* NOLINT(cert-err34-c)
                                                          */
    return 0;
  return resident * (guint64) sysconf (_SC_PAGESIZE);
}

typedef struct {
  const char *name;
  const char *type;
  const char *help;
  size_t offset;
} MemoryFigure;

static void
write_memory (GString *text)
{
  static const MemoryFigure figures[] = {
    { "memory_bytes", "gauge", "Bytes that each cache holds.",
      G_STRUCT_OFFSET (VitrailMemoryStats, bytes) },
    { "memory_entries", "gauge", "Entries that each cache holds.",
      G_STRUCT_OFFSET (VitrailMemoryStats, n_entries) },
    { "memory_evictions_total", "counter", "Entries that went to make room.",
      G_STRUCT_OFFSET (VitrailMemoryStats, evictions) },
    { "memory_refusals_total", "counter", "What there was no room for.",
      G_STRUCT_OFFSET (VitrailMemoryStats, refusals) },
  };
  VitrailMemoryBudget *budget = vitrail_memory_budget_get_default ();
  g_autoptr (GArray) clients = vitrail_memory_budget_list_stats (budget);

  write_value (text, "memory_budget_bytes", "gauge",
               "Bytes that all caches together may hold.",
               vitrail_memory_budget_get_limit (budget));
  for (guint i = 0; i < G_N_ELEMENTS (figures); i++) {
    const MemoryFigure *figure = &figures[i];
    write_head (text, figure->name, figure->type, figure->help);
    for (guint j = 0; j < clients->len; j++) {
      const VitrailMemoryStats *stats =
          &g_array_index (clients, VitrailMemoryStats, j);
      g_string_append_printf (text,
                              "vitrail_%s{cache=\"%s\"} %" G_GUINT64_FORMAT
                              "\n",
                              figure->name, stats->name,
                              G_STRUCT_MEMBER (guint64, stats, figure->offset));
    }
  }
}

void
vitrail_metrics_write (VitrailMetrics *self, GString *text)
{
  VitrailFrameStoreStats stats = { 0 };

  vitrail_frame_store_get_stats (vitrail_frame_store_get_default (), &stats);
  pthread_mutex_lock (&self->lock);
  write_requests (self, text);
  write_times (self, text);
  write_value (text, "http_shared_total", "counter",
               "Requests answered with what an equal one had made.",
               self->n_shared);
  pthread_mutex_unlock (&self->lock);
  write_memory (text);
  write_value (text, "frame_store_hits_total", "counter",
               "Frames found decoded.", stats.hits);
  write_value (text, "frame_store_misses_total", "counter",
               "Frames that had to be decoded.", stats.misses);
  write_value (text, "frame_store_in_flight", "gauge", "Frames being decoded.",
               stats.in_flight);
  write_value (text, "process_resident_memory_bytes", "gauge",
               "Resident memory.", get_resident_bytes ());
}
