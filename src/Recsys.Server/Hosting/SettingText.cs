using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Recsys.Server.Hosting;

/// <summary>What the XML comments say of the settings: the one source of `recsys serve --help` and of docs/configuration.md.</summary>
internal sealed partial class SettingText
{
    private readonly Dictionary<string, string> _summaries = [];

    private SettingText()
    {
    }

    /// <summary>Reads the comments' files beside the program; a missing one leaves its settings without text.</summary>
    public static SettingText Read()
    {
        var text = new SettingText();
        foreach (var assembly in Setting.All.Select(setting => setting.Record.Assembly).Distinct()) text.Add(assembly);
        return text;
    }

    /// <summary>The whole comment of a setting.</summary>
    public string Of(Setting setting) => _summaries.GetValueOrDefault($"P:{setting.Record.FullName}.{setting.Property.Name}", "");

    /// <summary>The comment of a record.</summary>
    public string Of(Type record) => _summaries.GetValueOrDefault($"T:{record.FullName}", "");

    private void Add(Assembly assembly)
    {
        var file = Path.ChangeExtension(assembly.Location, ".xml");
        if (!File.Exists(file)) return;
        foreach (var member in XDocument.Load(file).Descendants("member"))
        {
            if (member.Attribute("name") is { } name && member.Element("summary") is { } summary)
                _summaries[name.Value] = Blanks().Replace(summary.Value, " ").Trim();
        }
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();
}
