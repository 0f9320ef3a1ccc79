namespace Recsys.Serving.Placements;

/// <summary>What is expected of pins: one item a place and one place an item, at any time.</summary>
internal static class PinRules
{
    public static void Check(IReadOnlyList<PlacementPin> pins, PlacementFindings findings)
    {
        if (!findings.Count("placement.pins", pins.Count, PlacementLimits.Pins)) return;
        for (var i = 0; i < pins.Count && !findings.AreMany; i++)
        {
            var pin = pins[i];
            findings.Range($"placement.pins[{i}].position", pin.Position, 0, PlacementLimits.Places - 1);
            findings.Period($"placement.pins[{i}]", pin.Period);
            if (FirstBefore(pins, i, static (one, other) => one.Position == other.Position) is var place and >= 0)
                findings.Add($"placement.pins[{i}].position", $"is the place of pins[{place}] at the same time");
            if (pin.ItemId.Length > 0 && FirstBefore(pins, i, static (one, other) => one.ItemId == other.ItemId) is var item and >= 0)
                findings.Add($"placement.pins[{i}].item_id", $"is pinned by pins[{item}] at the same time");
        }
    }

    private static int FirstBefore(IReadOnlyList<PlacementPin> pins, int end, Func<PlacementPin, PlacementPin, bool> clash)
    {
        for (var i = 0; i < end; i++)
        {
            if (clash(pins[i], pins[end]) && pins[i].Period.Overlaps(pins[end].Period)) return i;
        }

        return -1;
    }
}
