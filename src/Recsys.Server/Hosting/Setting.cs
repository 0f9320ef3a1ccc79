using System.Globalization;
using System.Reflection;
using System.Text;
using Recsys.Serving;

namespace Recsys.Server.Hosting;

/// <summary>One property of an options record with its two outside names: <c>--grpc-port</c> and <c>RECSYS_GRPC_PORT</c>.</summary>
internal sealed record Setting(Type Record, PropertyInfo Property)
{
    private static readonly Type[] Records = [typeof(ServeOptions), typeof(RedisOptions), typeof(StreamOptions), typeof(EngineOptions)];

    /// <summary>Every setting there is, record by record.</summary>
    public static IReadOnlyList<Setting> All { get; } =
    [
        .. Records.SelectMany(record => record
            .GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.CanWrite)
            .Select(property => new Setting(record, property))),
    ];

    public string Flag => "--" + Words('-').ToLowerInvariant();

    public string Variable => "RECSYS_" + Words('_').ToUpperInvariant();

    /// <summary>A record from its defaults and the given values by flag, then by environment variable.</summary>
    /// <exception cref="FormatException">A value is no number, no boolean: says which.</exception>
    public static T Load<T>(Func<Setting, string?> given)
        where T : class
    {
        var result = Activator.CreateInstance<T>();
        foreach (var setting in All.Where(setting => setting.Record == typeof(T)))
        {
            if (given(setting) is { } text) setting.Property.SetValue(result, setting.Parse(text));
        }

        return result;
    }

    /// <summary>The value in the environment.</summary>
    public string? FromEnvironment() => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } value ? value : null;

    private object Parse(string text)
    {
        var type = Property.PropertyType;
        if (type == typeof(string)) return text;
        if (type == typeof(bool) && bool.TryParse(text, out var flag)) return flag;
        if (type == typeof(int) && int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)) return number;
        if (type.IsEnum && Enum.TryParse(type, text, ignoreCase: true, out var member)) return member;
        var expected = type == typeof(bool) ? "true or false" : type == typeof(int) ? "a whole number" : string.Join(", ", Enum.GetNames(type));
        throw new FormatException($"{Flag} ({Variable}): must be {expected}, is '{text}'.");
    }

    private string Words(char separator)
    {
        var result = new StringBuilder();
        foreach (var c in Property.Name)
        {
            if (char.IsUpper(c) && result.Length > 0) result.Append(separator);
            result.Append(c);
        }

        return result.ToString();
    }
}
