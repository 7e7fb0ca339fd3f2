/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The PS3.6 dictionary: look-ups in the tables that dictionary.py writes from
 * dictionary.tsv and uids.tsv, and proves. */

#include "dicom/vr.h"
#include "dictionary-table.h"

#include <stdlib.h>
#include <string.h>

static const VitrailDictionaryEntry *
find_repeating (VitrailTag tag)
{
  for (size_t i = DICTIONARY_N_SINGLE; i < G_N_ELEMENTS (dictionary_entries);
       i++) {
    const VitrailDictionaryEntry *entry = &dictionary_entries[i];
    if ((tag & entry->mask) == entry->tag)
      return entry;
  }
  return NULL;
}

const VitrailDictionaryEntry *
vitrail_dictionary_find (VitrailTag tag)
{
  if (VITRAIL_TAG_IS_PRIVATE (tag))
    return NULL;

  const size_t n_slots = G_N_ELEMENTS (dictionary_hash);
  size_t slot = (size_t) ((tag * 2654435761u) >> (32 - DICTIONARY_HASH_BITS));
  while (dictionary_hash[slot] != 0) {
    const VitrailDictionaryEntry *entry =
        &dictionary_entries[dictionary_hash[slot] - 1];
    if (entry->tag == tag)
      return entry;
    slot = (slot + 1) % n_slots;
  }
  return find_repeating (tag);
}

static int
compare_keyword (const void *key, const void *index)
{
  const VitrailDictionaryEntry *entry =
      &dictionary_entries[*(const uint16_t *) index];
  return strcmp (key, entry->keyword);
}

const VitrailDictionaryEntry *
vitrail_dictionary_find_keyword (const char *keyword)
{
  const uint16_t *index =
      bsearch (keyword, dictionary_by_keyword,
               G_N_ELEMENTS (dictionary_by_keyword),
               sizeof dictionary_by_keyword[0], compare_keyword);
  return index != NULL ? &dictionary_entries[*index] : NULL;
}

VitrailVR
vitrail_dictionary_vr (VitrailTag tag)
{
  uint16_t element = VITRAIL_TAG_ELEMENT (tag);

  if (element == 0)
    return VR_UL;
  /* PS3.5 7.8.1: (gggg,0010-00FF) names who owns a block. */
  if (VITRAIL_TAG_IS_PRIVATE (tag))
    return element >= 0x10 && element <= 0xff ? VR_LO : VR_UN;

  const VitrailDictionaryEntry *entry = vitrail_dictionary_find (tag);
  if (entry == NULL || entry->vr == 0)
    return VR_UN;
  /* PS3.5 A.1: Pixel Data and Overlay Data are OW in implicit VR. */
  if (entry->vr == VR_OB &&
      (tag == VITRAIL_TAG (0x7fe0, 0x0010) ||
       (tag & 0xff01ffffu) == VITRAIL_TAG (0x6000, 0x3000)))
    return VR_OW;
  return entry->vr;
}

gboolean
vitrail_dictionary_is_us_or_ss (VitrailTag tag)
{
  for (size_t i = 0; i < G_N_ELEMENTS (dictionary_us_or_ss); i++) {
    if (dictionary_entries[dictionary_us_or_ss[i]].tag == tag)
      return TRUE;
  }
  return FALSE;
}

static int
compare_uid (const void *key, const void *row)
{
  return strcmp (key, *(const char *const *) row);
}

const char *
vitrail_uid_name (const char *uid)
{
  G_STATIC_ASSERT (sizeof dictionary_uids[0] == 2 * sizeof (char *));
  const char *const *row =
      bsearch (uid, dictionary_uids, G_N_ELEMENTS (dictionary_uids),
               sizeof dictionary_uids[0], compare_uid);
  return row != NULL ? row[1] : NULL;
}

const char *
vitrail_tag_text (VitrailTag tag, char text[VITRAIL_TAG_TEXT_SIZE])
{
  const VitrailDictionaryEntry *entry = vitrail_dictionary_find (tag);
  gboolean named = entry != NULL && entry->keyword[0] != '\0';

  g_snprintf (text, VITRAIL_TAG_TEXT_SIZE, "(%04X,%04X)%s%s",
              VITRAIL_TAG_GROUP (tag), VITRAIL_TAG_ELEMENT (tag),
              named ? " " : "", named ? entry->keyword : "");
  return text;
}

/* Eight hexadecimal digits, after four of which @separator may stand. */
static gboolean
parse_digits (const char *text, size_t length, VitrailTag *tag)
{
  VitrailTag value = 0;
  size_t digits = 0;

  for (size_t i = 0; i < length; i++) {
    if (i == 4 && text[i] == ',')
      continue;
    int digit = g_ascii_xdigit_value (text[i]);
    if (digit < 0)
      return FALSE;
    value = value << 4 | (VitrailTag) digit;
    digits++;
  }
  if (digits != 8)
    return FALSE;
  *tag = value;
  return TRUE;
}

gboolean
vitrail_tag_parse (const char *text, VitrailTag *tag)
{
  size_t length = strlen (text);

  if (length == 8 || length == 9) {
    if (parse_digits (text, length, tag))
      return TRUE;
  } else if (length == 11 && text[0] == '(' && text[10] == ')') {
    return parse_digits (text + 1, 9, tag);
  }

  const VitrailDictionaryEntry *entry = vitrail_dictionary_find_keyword (text);
  if (entry == NULL)
    return FALSE;
  *tag = entry->tag;
  return TRUE;
}
