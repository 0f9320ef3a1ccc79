using System.Text;
using System.Text.Json;
using Recsys.Server.Validation;

namespace Recsys.Server.Models;

/// <summary>Checks what a request says of the trainer's settings; the names in it are the trainer's own affair.</summary>
internal static class TrainerSettingsJson
{
    private const int MaxBytes = 65_536;

    /// <summary>Adds what is wrong with it.</summary>
    public static void Check(string field, string json, FieldViolations violations)
    {
        if (Encoding.UTF8.GetByteCount(json) > MaxBytes) violations.Add(field, $"must be at most {MaxBytes:N0} bytes");
        else if (Problem(json) is { } problem) violations.Add(field, problem);
    }

    private static string? Problem(string json)
    {
        const string expected = "must be a JSON object like {\"epochs\": 20}";
        try
        {
            using var document = JsonDocument.Parse(json);
            return document.RootElement.ValueKind == JsonValueKind.Object ? null : expected;
        }
        catch (JsonException e)
        {
            return json.Trim().Length == 0 ? $"{expected}, not empty" : $"{expected}, and isn't JSON: {e.Message}";
        }
    }
}
