/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Attribute tags, value representations and the PS3.6 dictionary. */

#pragma once

#include <glib.h>

#include <stdint.h>

G_BEGIN_DECLS

/* VitrailTag: group in the upper, element in the lower 16 bits. */
typedef uint32_t VitrailTag;

#define VITRAIL_TAG(group, element) \
  ((VitrailTag) (((uint32_t) (group) << 16) | (uint32_t) (element)))
#define VITRAIL_TAG_GROUP(tag)   ((uint16_t) ((tag) >> 16))
#define VITRAIL_TAG_ELEMENT(tag) ((uint16_t) ((tag) &0xffffu))
/* PS3.5 7.8: private attributes have an odd group. */
#define VITRAIL_TAG_IS_PRIVATE(tag) ((VITRAIL_TAG_GROUP (tag) & 1u) != 0)

/* VitrailVR: the two letters of a value representation (PS3.5 6.2), first
 * letter in the upper byte, so that it compares and switches as a number. */
typedef uint16_t VitrailVR;

#define VITRAIL_VR(a, b) \
  ((VitrailVR) (((unsigned) (unsigned char) (a) << 8) | (unsigned char) (b)))

/**
 * VitrailDictionaryEntry:
 * @tag: lowest tag of the entry
 * @mask: bits of a tag that must equal @tag (repeating groups 50xx, 60xx, ...)
 * @vr: first of the VRs that PS3.6 allows
 * @vm_min, @vm_max: value multiplicity; @vm_max 0 means any number
 * @keyword: as in PS3.6, for example "PatientName"
 * @name: as in PS3.6, for example "Patient's Name"
 *
 * One line of PS3.6.
 */
typedef struct {
  VitrailTag tag;
  uint32_t mask;
  VitrailVR vr;
  uint8_t vm_min;
  uint8_t vm_max;
  const char *keyword;
  const char *name;
} VitrailDictionaryEntry;

/**
 * vitrail_dictionary_find:
 *
 * Returns: (transfer none) (nullable): NULL where PS3.6 knows nothing
 *   (private, unknown)
 */
const VitrailDictionaryEntry *vitrail_dictionary_find (VitrailTag tag);
/**
 * vitrail_dictionary_find_keyword:
 *
 * Returns: (transfer none) (nullable): the same
 */
const VitrailDictionaryEntry *
vitrail_dictionary_find_keyword (const char *keyword);

/* The VR of @tag in an implicit VR data set: PS3.6's, UL for group lengths, LO
 * for private creators, else UN. */
VitrailVR vitrail_dictionary_vr (VitrailTag tag);

/**
 * vitrail_uid_name:
 *
 * The name that PS3.6 gives a UID ("JPEG Baseline (Process 1): ...").
 *
 * Returns: (nullable):
 */
const char *vitrail_uid_name (const char *uid);

/* Whether @text is one by its form: 64 characters at most, numbers between
 * single dots (PS3.5 9.1). Leading zeros, which many writers produce, pass. */
gboolean vitrail_uid_is_valid (const char *text);

/* A new one, "2.25." and a random UUID (PS3.5 B.2). Free with g_free (). */
char *vitrail_uid_new (void);
/* The one that belongs to @name: "2.25." and a UUID of version 5 (RFC
 * 4122 4.3). Free with g_free (). */
char *vitrail_uid_new_from_name (const char *name);

#define VITRAIL_TAG_TEXT_SIZE 96
/**
 * vitrail_tag_text: (skip)
 *
 * "(0010,0010) PatientName" for error texts, into @text.
 */
const char *vitrail_tag_text (VitrailTag tag, char text[VITRAIL_TAG_TEXT_SIZE]);

/**
 * vitrail_tag_parse:
 * @text: "00100010", "0010,0010", "(0010,0010)" or a keyword
 * @tag: (out): what it means
 */
gboolean vitrail_tag_parse (const char *text, VitrailTag *tag);

G_END_DECLS
