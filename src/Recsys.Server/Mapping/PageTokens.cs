using System.Buffers.Text;
using System.Text;
using Recsys.Server.Validation;

namespace Recsys.Server.Mapping;

/// <summary>Page tokens of plain listings: what was listed, and the last entry of the page.</summary>
internal static class PageTokens
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>A token for what follows <paramref name="last"/>; <paramref name="listing"/> names the listing and whatever else must not change.</summary>
    public static string Write(string listing, string last) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes($"{listing}\n{last}"));

    /// <summary>The last entry of the page before, or null at the start; a token of another listing is a violation.</summary>
    public static string? Read(string token, string listing, FieldViolations violations)
    {
        if (token.Length == 0) return null;
        if (token.Length <= FieldRules.MaxPageTokenBytes && Base64Url.IsValid(token))
        {
            try
            {
                var text = Strict.GetString(Base64Url.DecodeFromChars(token));
                var split = text.IndexOf('\n');
                if (split >= 0 && text.AsSpan(0, split).SequenceEqual(listing)) return text[(split + 1)..];
            }
            catch (DecoderFallbackException)
            {
                // Not one of ours: reported below like every other such token.
            }
        }

        violations.Add("page_token", "is no token of this listing");
        return null;
    }
}
