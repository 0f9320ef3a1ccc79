using Google.Rpc;

namespace Recsys.Server.Validation;

/// <summary>Collects what is wrong with a request, field by field, so that all of it is reported at once. Builds paths only for what is wrong.</summary>
internal sealed class FieldViolations(int maxReported = 100)
{
    private const int MaxFieldLength = 256;
    private readonly List<BadRequest.Types.FieldViolation> _list = [];
    private string _prefix = "";
    private int _index = -1;
    private string _inner = "";

    public bool Any => _list.Count > 0;

    public IReadOnlyList<BadRequest.Types.FieldViolation> All => _list;

    /// <summary>From now on fields are those of <c>prefix[index].inner</c>; every part may be missing.</summary>
    public FieldViolations In(string prefix, int index = -1, string inner = "")
    {
        _prefix = prefix;
        _index = index;
        _inner = inner;
        return this;
    }

    public void Clear() => _list.Clear();

    public void Add(string field, string description) => Add(field, -1, "", description);

    public void Add(string field, int index, string description) => Add(field, index, "", description);

    /// <summary>Reports <c>field[index].leaf</c>.</summary>
    public void Add(string field, int index, string leaf, string description)
    {
        if (_list.Count >= maxReported) return;
        _list.Add(new BadRequest.Types.FieldViolation { Field = Path(field, index, leaf), Description = description });
    }

    private string Path(string field, int index, string leaf)
    {
        var path = _index >= 0 ? $"{_prefix}[{_index}]" : _prefix;
        foreach (var part in (ReadOnlySpan<string>)[_inner, index >= 0 ? $"{field}[{index}]" : field, leaf])
        {
            if (part.Length > 0) path = path.Length == 0 ? part : $"{path}.{part}";
        }

        return path.Length <= MaxFieldLength ? path : path[..MaxFieldLength];
    }
}
