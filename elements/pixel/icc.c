/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Colour transforms: see icc.h. Each has a Little CMS context of its own, so
 * that neither messages nor memory of one meet another's. */

#include "pixel/icc.h"

#include "error.h"

#include <lcms2.h>
#include <lcms2_plugin.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* Pairs of profile and display that are kept. */
#define MAX_KEPT 16

/* Of a multiProcessElements table. */
#define MAX_FLOAT_BYTES (64 * 1024)

struct _VitrailColorTransform {
  gint ref_count;
  cmsContext context;
  cmsHTRANSFORM transform;
  char message[128]; /* the first complaint, while it is made */
};

/* --- what Little CMS may take, and say --- */

static void *
allocate (cmsContext context, cmsUInt32Number size)
{
  return size <= VITRAIL_ICC_MAX_PART_BYTES ? malloc (size) : NULL;
}

static void
release (cmsContext context, void *memory)
{
  free (memory);
}

static void *
resize (cmsContext context, void *memory, cmsUInt32Number size)
{
  return size <= VITRAIL_ICC_MAX_PART_BYTES ? realloc (memory, size) : NULL;
}

static void
log_cb (cmsContext context, cmsUInt32Number code, const char *text)
{
  VitrailColorTransform *self = cmsGetContextUserData (context);

  if (self != NULL && self->message[0] == '\0')
    g_strlcpy (self->message, text, sizeof self->message);
}

static VitrailColorTransform *
transform_new (void)
{
  static cmsPluginMemHandler memory = {
    .base = { .Magic = cmsPluginMagicNumber,
              .ExpectedVersion = 2060,
              .Type = cmsPluginMemHandlerSig },
    .MallocPtr = allocate,
    .FreePtr = release,
    .ReallocPtr = resize,
  };
  VitrailColorTransform *self = g_new0 (VitrailColorTransform, 1);

  self->ref_count = 1;
  self->context = cmsCreateContext (&memory, self);
  if (self->context != NULL)
    cmsSetLogErrorHandlerTHR (self->context, log_cb);
  return self;
}

VitrailColorTransform *
vitrail_color_transform_ref (VitrailColorTransform *self)
{
  g_atomic_int_inc (&self->ref_count);
  return self;
}

void
vitrail_color_transform_unref (VitrailColorTransform *self)
{
  if (!g_atomic_int_dec_and_test (&self->ref_count))
    return;
  if (self->transform != NULL)
    cmsDeleteTransform (self->transform);
  if (self->context != NULL)
    cmsDeleteContext (self->context);
  g_free (self);
}

static gboolean
fail (const VitrailColorTransform *self, const char *reason, GError **error)
{
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_MALFORMED,
               "ICC profile: %s%s%s", reason,
               self->message[0] != '\0' ? ": " : "", self->message);
  return FALSE;
}

/* --- profiles --- */

G_DEFINE_AUTO_CLEANUP_FREE_FUNC (cmsHPROFILE, cmsCloseProfile, NULL)

/* RGB of any device, to or from a connection space. */
static gboolean
is_usable (const VitrailColorTransform *self,
           cmsHPROFILE profile,
           GError **error)
{
  const cmsProfileClassSignature kind = cmsGetDeviceClass (profile);
  const cmsColorSpaceSignature connection = cmsGetPCS (profile);

  if (kind != cmsSigInputClass && kind != cmsSigDisplayClass &&
      kind != cmsSigOutputClass && kind != cmsSigColorSpaceClass)
    return fail (self, "not of a device", error);
  if (cmsGetColorSpace (profile) != cmsSigRgbData)
    return fail (self, "not of RGB", error);
  if (connection != cmsSigXYZData && connection != cmsSigLabData)
    return fail (self, "the connection space is neither XYZ nor Lab", error);
  return TRUE;
}

/* Floating point tables may hold curves of any number of segments, which are
 * gone through one by one for each colour: larger ones are left out. They are
 * optional; the tables of integers, which have to be there, say the same. */
static gboolean
drop_costly (const VitrailColorTransform *self,
             cmsHPROFILE profile,
             GError **error)
{
  static const cmsTagSignature tags[] = {
    cmsSigDToB0Tag, cmsSigDToB1Tag, cmsSigDToB2Tag, cmsSigDToB3Tag,
    cmsSigBToD0Tag, cmsSigBToD1Tag, cmsSigBToD2Tag, cmsSigBToD3Tag,
  };

  for (guint i = 0; i < G_N_ELEMENTS (tags); i++)
    if (cmsIsTag (profile, tags[i]) &&
        cmsReadRawTag (profile, tags[i], NULL, 0) > MAX_FLOAT_BYTES &&
        !cmsWriteTag (profile, tags[i], NULL))
      return fail (self, "a table is too large", error);
  return TRUE;
}

static cmsHPROFILE
open_profile (const VitrailColorTransform *self, GBytes *bytes, GError **error)
{
  gsize length = 0;
  gconstpointer data = g_bytes_get_data (bytes, &length);

  if (length > VITRAIL_ICC_MAX_BYTES) {
    fail (self, "too large", error);
    return NULL;
  }
  g_auto (cmsHPROFILE) profile =
      cmsOpenProfileFromMemTHR (self->context, data, (cmsUInt32Number) length);
  if (profile == NULL) {
    fail (self, "cannot be read", error);
    return NULL;
  }
  return is_usable (self, profile, error) && drop_costly (self, profile, error)
             ? g_steal_pointer (&profile)
             : NULL;
}

/* White, primaries and tone curve of PS3.3 C.11.15.1.2's colour spaces. */
static cmsHPROFILE
make_profile (cmsContext context, const char *name)
{
  static const struct {
    const char *name;
    cmsCIExyY white;
    cmsCIExyYTRIPLE primaries;
    cmsInt32Number curve;
    cmsFloat64Number parameters[5];
  } spaces[] = {
    { "ADOBERGB",
      { 0.3127, 0.3290, 1 },
      { { 0.64, 0.33, 1 }, { 0.21, 0.71, 1 }, { 0.15, 0.06, 1 } },
      1,
      { 563.0 / 256 } },
    { "ROMMRGB",
      { 0.3457, 0.3585, 1 },
      { { 0.7347, 0.2653, 1 }, { 0.1596, 0.8404, 1 }, { 0.0366, 0.0001, 1 } },
      4,
      { 1.8, 1, 0, 1.0 / 16, 0.03125 } },
    { "DISPLAYP3",
      { 0.3127, 0.3290, 1 },
      { { 0.68, 0.32, 1 }, { 0.265, 0.69, 1 }, { 0.15, 0.06, 1 } },
      4,
      { 2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045 } },
  };

  for (guint i = 0; i < G_N_ELEMENTS (spaces); i++) {
    if (!g_str_equal (spaces[i].name, name))
      continue;
    cmsToneCurve *curve = cmsBuildParametricToneCurve (context, spaces[i].curve,
                                                       spaces[i].parameters);
    cmsToneCurve *const curves[] = { curve, curve, curve };
    cmsHPROFILE profile = cmsCreateRGBProfileTHR (context, &spaces[i].white,
                                                  &spaces[i].primaries, curves);
    cmsFreeToneCurve (curve);
    return profile;
  }
  return g_str_equal (name, "SRGB") ? cmsCreate_sRGBProfileTHR (context) : NULL;
}

GBytes *
vitrail_icc_make_space (const char *color_space)
{
  cmsContext context = cmsCreateContext (NULL, NULL);
  cmsHPROFILE profile = make_profile (context, color_space);
  cmsUInt32Number length = 0;
  uint8_t *bytes = NULL;

  if (profile != NULL && cmsSaveProfileToMem (profile, NULL, &length)) {
    bytes = g_malloc (length);
    cmsSaveProfileToMem (profile, bytes, &length);
  }
  if (profile != NULL)
    cmsCloseProfile (profile);
  cmsDeleteContext (context);
  return bytes != NULL ? g_bytes_new_take (bytes, length) : NULL;
}

static cmsHPROFILE
open_source (const VitrailColorTransform *self,
             GBytes *bytes,
             const char *color_space,
             GError **error)
{
  if (bytes != NULL)
    return open_profile (self, bytes, error);
  cmsHPROFILE profile = make_profile (self->context, color_space);
  if (profile == NULL)
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_UNSUPPORTED,
                 "Color Space (0028,2002) is %s: not known", color_space);
  return profile;
}

static cmsHPROFILE
open_display (const VitrailColorTransform *self,
              const VitrailDisplay *display,
              GError **error)
{
  return display != NULL && display->profile != NULL
             ? open_profile (self, display->profile, error)
             : cmsCreate_sRGBProfileTHR (self->context);
}

/* What the profile asks for; Little CMS falls back where it lacks the table. */
static cmsUInt32Number
get_intent (cmsHPROFILE profile)
{
  const cmsUInt32Number intent = cmsGetHeaderRenderingIntent (profile);

  return intent <= INTENT_ABSOLUTE_COLORIMETRIC ? intent : INTENT_PERCEPTUAL;
}

/* A scanner's white is as white as it was measured: no fix-up. */
static gboolean
link_profiles (VitrailColorTransform *self,
               cmsHPROFILE source,
               cmsHPROFILE target,
               cmsUInt32Number flags,
               GError **error)
{
  self->transform =
      cmsCreateTransformTHR (self->context, source, TYPE_RGB_8, target,
                             TYPE_RGB_8, get_intent (source),
                             flags | cmsFLAGS_NOCACHE |
                                 cmsFLAGS_NOWHITEONWHITEFIXUP);
  return self->transform != NULL || fail (self, "cannot be applied", error);
}

VitrailColorTransform *
vitrail_color_transform_new (GBytes *profile,
                             const char *color_space,
                             const VitrailDisplay *display,
                             gboolean exact,
                             GError **error)
{
  g_autoptr (VitrailColorTransform) self = transform_new ();
  cmsUInt32Number flags = exact ? cmsFLAGS_NOOPTIMIZE : 0;

  if (self->context == NULL) {
    fail (self, "no memory", error);
    return NULL;
  }
  if (display != NULL && display->black_point)
    flags |= cmsFLAGS_BLACKPOINTCOMPENSATION;
  g_auto (cmsHPROFILE) source = open_source (self, profile, color_space, error);
  g_auto (cmsHPROFILE) target =
      source != NULL ? open_display (self, display, error) : NULL;
  if (target == NULL || !link_profiles (self, source, target, flags, error))
    return NULL;
  return g_steal_pointer (&self);
}

gboolean
vitrail_icc_check_display (GBytes *profile, GError **error)
{
  g_autoptr (VitrailColorTransform) self = transform_new ();

  if (self->context == NULL)
    return fail (self, "no memory", error);
  g_auto (cmsHPROFILE) target = open_profile (self, profile, error);
  if (target == NULL)
    return FALSE;
  g_auto (cmsHPROFILE) source = cmsCreate_sRGBProfileTHR (self->context);
  return source != NULL &&
         link_profiles (self, source, target, cmsFLAGS_NOOPTIMIZE, error);
}

void
vitrail_color_transform_row (const VitrailColorTransform *self,
                             uint8_t *rgb,
                             size_t n)
{
  cmsDoTransform (self->transform, rgb, rgb, (cmsUInt32Number) n);
}

/* --- those that are kept --- */

typedef struct {
  GBytes *profile;   /* or NULL */
  char *color_space; /* or NULL */
  const VitrailDisplay *display;
  VitrailColorTransform *transform; /* or NULL, and: */
  GError *error;
} Kept;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static GQueue kept; /* of Kept, lock; the latest first */

static void
kept_free (Kept *self)
{
  g_clear_pointer (&self->profile, g_bytes_unref);
  g_free (self->color_space);
  g_clear_pointer (&self->transform, vitrail_color_transform_unref);
  g_clear_error (&self->error);
  g_free (self);
}

static gboolean
is_same_profile (GBytes *a, GBytes *b)
{
  return a == NULL || b == NULL ? a == b : g_bytes_equal (a, b);
}

static Kept *
find_locked (GBytes *profile,
             const char *color_space,
             const VitrailDisplay *display)
{
  for (GList *link = kept.head; link != NULL; link = link->next) {
    const Kept *entry = link->data;
    if (entry->display != display ||
        !is_same_profile (entry->profile, profile) ||
        g_strcmp0 (entry->color_space, color_space) != 0)
      continue;
    g_queue_unlink (&kept, link);
    g_queue_push_head_link (&kept, link);
    return link->data;
  }
  return NULL;
}

static VitrailColorTransform *
use (const Kept *entry, GError **error)
{
  if (entry->transform != NULL)
    return vitrail_color_transform_ref (entry->transform);
  g_propagate_error (error, g_error_copy (entry->error));
  return NULL;
}

/* Under the lock, so that all who want the same wait for one. The profile's
 * bytes are copied: they may lie in a file that is to be closed. */
static Kept *
make_locked (GBytes *profile,
             const char *color_space,
             const VitrailDisplay *display)
{
  Kept *entry = g_new0 (Kept, 1);

  if (profile != NULL)
    entry->profile = g_bytes_new (g_bytes_get_data (profile, NULL),
                                  g_bytes_get_size (profile));
  entry->color_space = g_strdup (color_space);
  entry->display = display;
  entry->transform = vitrail_color_transform_new (profile, color_space, display,
                                                  FALSE, &entry->error);
  g_queue_push_head (&kept, entry);
  if (kept.length > MAX_KEPT)
    kept_free (g_queue_pop_tail (&kept));
  return entry;
}

/* Whether the display shows the colours as they are stored. */
static gboolean
is_none_needed (GBytes *profile,
                const char *color_space,
                const VitrailDisplay *display)
{
  if ((profile == NULL && color_space == NULL) ||
      (display != NULL && display->keeps_colors))
    return TRUE;
  if (profile == NULL)
    return (display == NULL || display->profile == NULL) &&
           g_str_equal (color_space, "SRGB");
  return display != NULL && display->profile != NULL &&
         g_bytes_equal (profile, display->profile);
}

VitrailColorTransform *
vitrail_color_transform_get (GBytes *profile,
                             const char *color_space,
                             const VitrailDisplay *display,
                             GError **error)
{
  /* The profile prevails. */
  const char *name = profile == NULL ? color_space : NULL;

  if (is_none_needed (profile, name, display))
    return NULL;
  if (profile != NULL && g_bytes_get_size (profile) > VITRAIL_ICC_MAX_BYTES) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT,
                 "ICC profile: %" G_GSIZE_FORMAT " bytes: too large",
                 g_bytes_get_size (profile));
    return NULL;
  }
  pthread_mutex_lock (&lock);
  const Kept *entry = find_locked (profile, name, display);
  if (entry == NULL)
    entry = make_locked (profile, name, display);
  VitrailColorTransform *transform = use (entry, error);
  pthread_mutex_unlock (&lock);
  return transform;
}
