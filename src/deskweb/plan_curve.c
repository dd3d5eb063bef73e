/* SPDX-License-Identifier: Apache-2.0 */
#include "deskweb/plan_curve.h"

enum { WIDTH = 360, HEIGHT = 230, LEFT = 48, RIGHT = 16, TOP = 12, BOTTOM = 42, STEPS = 4 };

/* The scale begins at the tenth below the lowest point, so that a late gain can be seen. */
struct scale {
    double low;
    int64_t units; /* of the last point; 1 at least */
};

static double x_of(const struct scale *scale, int64_t units)
{
    return LEFT + (double)units / (double)scale->units * (WIDTH - LEFT - RIGHT);
}

static double y_of(const struct scale *scale, double share)
{
    return TOP + (1 - share) / (1 - scale->low) * (HEIGHT - TOP - BOTTOM);
}

static struct scale scale_of(const struct plan_curve *curve)
{
    struct scale scale = {.low = 1, .units = 1};
    for (size_t i = 0; i < curve->count; i++) {
        scale.low = curve->points[i].share < scale.low ? curve->points[i].share : scale.low;
        scale.units = curve->points[i].units > scale.units ? curve->points[i].units : scale.units;
    }
    scale.low = curve->goal > 0 && curve->goal < scale.low ? curve->goal : scale.low;
    scale.low = (int)(scale.low * 10) / 10.0;
    scale.low = scale.low > 0.9 ? 0.9 : scale.low;
    return scale;
}

static void draw_lines(const struct scale *scale, struct buf *out)
{
    for (int i = 0; i <= STEPS; i++) {
        double share = scale->low + (1 - scale->low) * i / STEPS;
        double y = y_of(scale, share);
        buf_printf(out,
                   "<line x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\" stroke=\"#d0d7dd\"/>"
                   "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%.1f %%</text>",
                   LEFT, WIDTH - RIGHT, y, y, LEFT - 6, y + 4, share * 100);
    }
}

/* A point that reaches the goal is full, another one is a ring. */
static void draw_points(const struct plan_curve *curve, const struct scale *scale, struct buf *out)
{
    double before = -100;
    for (size_t i = 0; i < curve->count; i++) {
        const struct plan_curve_point *point = &curve->points[i];
        double x = x_of(scale, point->units);
        buf_printf(out,
                   "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"5\" fill=\"%s\" stroke=\"#1d4f91\" "
                   "stroke-width=\"2\"/>",
                   x, y_of(scale, point->share), point->is_met ? "#1d4f91" : "#ffffff");
        if (x - before >= 22) { /* numbers do not write over each other */
            buf_printf(out, "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s%lld</text>", x,
                       HEIGHT - BOTTOM + 17, point->units > 0 ? "+" : "", (long long)point->units);
            before = x;
        }
    }
}

void plan_curve_draw(const struct plan_curve *curve, struct buf *out)
{
    struct scale scale = scale_of(curve);
    buf_printf(out,
               "<svg role=\"img\" aria-labelledby=\"curve-title curve-say\" viewBox=\"0 0 %d %d\" "
               "font-family=\"sans-serif\" font-size=\"11\" fill=\"#16202a\">"
               "<title id=\"curve-title\">Share of the whole worth by further units</title>"
               "<desc id=\"curve-say\">The table below says the same.</desc>",
               WIDTH, HEIGHT);
    draw_lines(&scale, out);
    if (curve->goal > 0) {
        double y = y_of(&scale, curve->goal);
        buf_printf(out,
                   "<line x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\" stroke=\"#9c2a00\" "
                   "stroke-width=\"2\" stroke-dasharray=\"8 3\"/>"
                   "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\" fill=\"#9c2a00\">goal</text>",
                   LEFT, WIDTH - RIGHT, y, y, WIDTH - RIGHT, y + 14);
    }
    buf_add_c(out, "<polyline fill=\"none\" stroke=\"#1d4f91\" stroke-width=\"2\" points=\"");
    for (size_t i = 0; i < curve->count; i++) {
        buf_printf(out, "%.1f,%.1f ", x_of(&scale, curve->points[i].units),
                   y_of(&scale, curve->points[i].share));
    }
    buf_add_c(out, "\"/>");
    draw_points(curve, &scale, out);
    buf_printf(out,
               "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">more units (full: the goal is "
               "reached)</text></svg>",
               (LEFT + WIDTH - RIGHT) / 2, HEIGHT - 8);
}
