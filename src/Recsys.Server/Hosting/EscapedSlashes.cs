using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing.Patterns;

namespace Recsys.Server.Hosting;

/// <summary>
/// Ids in the paths of REST may hold a slash, written %2F. The web server leaves this one escape as it stands, for routing to tell it from a slash between segments; what was
/// sent as %252F looks the same then. So once the route is found, such ids are read again from what was really sent.
/// </summary>
internal static class EscapedSlashes
{
    private const string Escape = "%2F";

    public static Task ReadAsync(HttpContext context, RequestDelegate next)
    {
        var target = context.Features.Get<IHttpRequestFeature>()?.RawTarget ?? "";
        if (target.Contains(Escape, StringComparison.OrdinalIgnoreCase) && context.GetEndpoint() is RouteEndpoint endpoint)
            Read(target.Split('?', 2)[0], endpoint.RoutePattern.PathSegments, context.Request.RouteValues);
        return next(context);
    }

    private static void Read(string path, IReadOnlyList<RoutePatternPathSegment> pattern, RouteValueDictionary values)
    {
        var sent = path.Trim('/').Split('/');
        if (sent.Length != pattern.Count) return;
        for (var i = 0; i < sent.Length; i++)
        {
            if (!sent[i].Contains(Escape, StringComparison.OrdinalIgnoreCase)) continue;
            var parts = pattern[i].Parts;
            if (parts.OfType<RoutePatternParameterPart>().ToArray() is not [var parameter]) continue;

            // As in {user_id}:export, what is beside the id is written out.
            var before = parts.TakeWhile(part => part != parameter).Sum(LengthOf);
            var text = Uri.UnescapeDataString(sent[i]);
            values[parameter.Name] = text[before..^(parts.Sum(LengthOf) - before)];
        }
    }

    private static int LengthOf(RoutePatternPart part) => part switch
    {
        RoutePatternLiteralPart literal => literal.Content.Length,
        RoutePatternSeparatorPart separator => separator.Content.Length,
        _ => 0,
    };
}
