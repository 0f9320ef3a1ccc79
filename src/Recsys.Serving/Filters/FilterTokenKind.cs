namespace Recsys.Serving.Filters;

/// <summary>What a token is.</summary>
internal enum FilterTokenKind
{
    /// <summary>The text is over.</summary>
    End,

    /// <summary>A field or a keyword.</summary>
    Word,

    /// <summary>A text in quotes.</summary>
    Text,

    /// <summary>A number.</summary>
    Number,

    /// <summary>A number with a unit of time.</summary>
    Duration,

    /// <summary>=.</summary>
    Equal,

    /// <summary>!=.</summary>
    NotEqual,

    /// <summary>&lt;.</summary>
    Less,

    /// <summary>&lt;=.</summary>
    LessOrEqual,

    /// <summary>&gt;.</summary>
    Greater,

    /// <summary>&gt;=.</summary>
    GreaterOrEqual,

    /// <summary>(.</summary>
    Open,

    /// <summary>).</summary>
    Close,

    /// <summary>A comma.</summary>
    Comma,
}
