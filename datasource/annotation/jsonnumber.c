/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Numbers of JSON texts: see jsonnumber.h. Numbers of up to 15 digits, which is
 * what programs write for pixels, need no library: their digits and the power
 * of ten are exact as doubles, so that one division rounds once. */

#include "annotation/jsonnumber.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#define EXACT_POWER    22
#define EXACT_MANTISSA (UINT64_C (1) << 53)
#define MAX_DECIMALS   9
/* Digits that a mantissa of 64 bits holds for certain. */
#define MAX_DIGITS 19

static const double powers[EXACT_POWER + 1] = {
  1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
  1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
};

typedef struct {
  uint64_t mantissa;
  int n_digits; /* significant ones in the mantissa */
  int exponent; /* of ten */
  gboolean is_cut;
} Decimal;

/* Takes digits; how many. */
static size_t
take_digits (const char **position,
             const char *end,
             Decimal *decimal,
             gboolean is_fraction)
{
  const char *c = *position;

  for (; c < end && *c >= '0' && *c <= '9'; c++) {
    if (decimal->n_digits == MAX_DIGITS) {
      decimal->is_cut = TRUE;
      continue;
    }
    decimal->mantissa = decimal->mantissa * 10 + (uint64_t) (*c - '0');
    decimal->n_digits += decimal->mantissa != 0;
    decimal->exponent -= is_fraction;
  }
  const size_t n = (size_t) (c - *position);
  *position = c;
  return n;
}

static gboolean
take_exponent (const char **position, const char *end, Decimal *decimal)
{
  const char *c = *position;
  const int most = 100000; /* beyond any double's */
  int value = 0;

  if (c == end || (*c != 'e' && *c != 'E'))
    return TRUE;
  c++;
  const gboolean is_negative = c < end && *c == '-';
  if (c < end && (*c == '-' || *c == '+'))
    c++;
  const char *first = c;
  for (; c < end && *c >= '0' && *c <= '9'; c++)
    if (value < most)
      value = value * 10 + (*c - '0');
  decimal->exponent += is_negative ? -value : value;
  *position = c;
  return c > first;
}

static double
read_slowly (const char *text, size_t length)
{
  g_autofree char *copy = g_strndup (text, length);
  return g_ascii_strtod (copy, NULL);
}

static double
get_value (const Decimal *decimal, const char *start, size_t length)
{
  const double mantissa = (double) decimal->mantissa;

  if (decimal->is_cut || decimal->mantissa > EXACT_MANTISSA ||
      decimal->exponent > EXACT_POWER || decimal->exponent < -EXACT_POWER)
    return read_slowly (start, length);
  return decimal->exponent < 0 ? mantissa / powers[-decimal->exponent]
                               : mantissa * powers[decimal->exponent];
}

gboolean
vitrail_json_number_take (const char **position, const char *end, double *value)
{
  Decimal decimal = { 0 };
  const gboolean is_negative = *position < end && **position == '-';

  *position += is_negative;
  const char *start = *position;
  const gboolean has_zero = start < end && *start == '0';
  const size_t n = take_digits (position, end, &decimal, FALSE);
  if (n == 0 || (has_zero && n > 1))
    return FALSE;
  if (*position < end && **position == '.') {
    (*position)++;
    if (take_digits (position, end, &decimal, TRUE) == 0)
      return FALSE;
  }
  if (!take_exponent (position, end, &decimal))
    return FALSE;
  const double size = get_value (&decimal, start, (size_t) (*position - start));
  *value = is_negative ? -size : size;
  return TRUE;
}

/* --- writing --- */

static char *
write_integer (char *text, uint64_t value)
{
  char digits[20];
  guint n = 0;

  do {
    digits[n++] = (char) ('0' + value % 10);
    value /= 10;
  } while (value > 0);
  while (n > 0)
    *text++ = digits[--n];
  return text;
}

/* @scaled / 10^@decimals. */
static char *
write_scaled (char *text, uint64_t scaled, int decimals)
{
  while (decimals > 0 && scaled % 10 == 0) {
    scaled /= 10;
    decimals--;
  }
  const uint64_t unit = (uint64_t) powers[decimals];
  text = write_integer (text, scaled / unit);
  if (decimals == 0)
    return text;
  *text++ = '.';
  uint64_t rest = scaled % unit;
  for (int i = decimals - 1; i >= 0; i--) {
    text[i] = (char) ('0' + rest % 10);
    rest /= 10;
  }
  return text + decimals;
}

/* How many decimals say @size exactly; -1: more than MAX_DECIMALS. */
static int
find_decimals (double size, uint64_t *scaled)
{
  for (int i = 0; i <= MAX_DECIMALS; i++) {
    const double times = size * powers[i];
    if (!(times < (double) EXACT_MANTISSA))
      return -1;
    *scaled = (uint64_t) (times + 0.5);
    const double again = (double) *scaled / powers[i];
    if (!(again < size) && !(again > size))
      return i;
  }
  return -1;
}

char *
vitrail_json_number_write (char text[VITRAIL_JSON_NUMBER_SIZE],
                           double value,
                           int decimals)
{
  const double size = fabs (value);
  char *out = text;
  uint64_t scaled = 0;

  if (decimals > MAX_DECIMALS)
    decimals = MAX_DECIMALS;
  if (decimals >= 0 && size * powers[decimals] < (double) EXACT_MANTISSA)
    scaled = (uint64_t) (size * powers[decimals] + 0.5);
  else
    decimals = find_decimals (size, &scaled);
  if (decimals < 0) {
    g_ascii_formatd (text, VITRAIL_JSON_NUMBER_SIZE, "%.17g", value);
    return text + strlen (text);
  }
  if (value < 0 && scaled > 0)
    *out++ = '-';
  return write_scaled (out, scaled, decimals);
}
