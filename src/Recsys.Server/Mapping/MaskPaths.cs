using Google.Protobuf.WellKnownTypes;
using Recsys.Server.Validation;

namespace Recsys.Server.Mapping;

/// <summary>The rule that all field masks share.</summary>
internal static class MaskPaths
{
    private const int MaxPaths = 100;

    public static void Check(FieldMask? mask, Func<string, bool> isKnown, FieldViolations violations)
    {
        if (mask is null || !violations.Count("update_mask", mask.Paths.Count, MaxPaths)) return;
        for (var i = 0; i < mask.Paths.Count; i++)
        {
            if (!isKnown(mask.Paths[i])) violations.Add("update_mask.paths", i, "is no field that can be named here");
        }
    }

    public static bool IsEmpty(FieldMask? mask) => mask is null || mask.Paths.Count == 0;
}
