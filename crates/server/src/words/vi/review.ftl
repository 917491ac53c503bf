# Rà soát: kỳ, hồ sơ, phiếu, họp dân, niêm yết, khiếu nại, quyết định.

# Việc hôm nay.
review-work-mine = Việc của tôi
review-work-nothing = Hiện không có việc nào chờ anh/chị.
review-work-others = Đang chờ người khác
review-work-none-for-role = Vai trò của anh/chị không có việc trong các kỳ rà soát.

# Kỳ rà soát.
review-round = Kỳ rà soát
review-rounds = Các kỳ rà soát
review-round-numbered = { $kind } { $year } – đợt { $number }
review-round-kind = Loại kỳ rà soát
review-round-state-open = Đang thực hiện
review-round-state-closed = Đã kết thúc
review-rounds-opened = Số kỳ đã mở
review-open-round = Mở kỳ rà soát
review-open-round-hint = Khi mở kỳ rà soát định kỳ hằng năm, mọi hộ đang có trong danh sách và hộ mới ra khỏi danh sách được đưa vào rà soát, theo thông tin của sổ tại ngày hôm nay.
review-no-rounds = Chưa có kỳ rà soát nào.
review-no-standard = Chưa có bộ quy định nào đang có hiệu lực mà có quy trình rà soát.
review-work-all = Xem tất cả, việc gấp nhất trước
review-year = Năm
review-filter = Lọc
review-all = Tất cả
review-opened = Ngày mở
review-due = Hạn
review-state = Tình trạng
review-method = Phương pháp phân loại
review-pack = Bộ quy định
review-other-pack = Bộ quy định hiện nay khác với bộ lúc mở kỳ rà soát.
review-steps = Các bước của quy trình
review-step = Bước
review-actors = Người thực hiện
review-waiting = Đang chờ
review-passed = Đã qua
review-source = Căn cứ
review-by-hamlet = Theo thôn, bản, tổ dân phố
review-by-status = Theo kết quả phân loại
review-hamlet = Thôn, bản, tổ dân phố
review-no-hamlet = Chưa rõ thôn
review-no-unit = Không thuộc đơn vị nào bên dưới
review-surveyed = Đã rà soát
review-decided = Đã quyết định
review-statuses = Kết quả đến nay
review-meetings = Họp dân
review-no-meetings = Chưa có cuộc họp nào.
review-postings = Niêm yết
review-no-postings = Chưa niêm yết.
review-decisions = Quyết định
review-no-decisions = Chưa có quyết định.
review-close = Kết thúc kỳ rà soát
review-close-hint = Chỉ kết thúc được khi mọi hộ đã có quyết định và mọi khiếu nại đã được trả lời.
review-open-complaints = { $count ->
        [0] Không có khiếu nại nào chờ trả lời
        *[other] { $count } khiếu nại chờ trả lời
    }

# Thời hạn.
review-due-today = hôm nay
review-days-left = còn { $days } ngày làm việc
review-days-late = quá hạn { $days } ngày làm việc
review-late = quá hạn
review-days-unknown = chưa có lịch nghỉ lễ để đếm ngày
review-no-limit = không rõ thời hạn

# Tiến độ.
review-progress = Tiến độ rà soát
review-progress-of = Tiến độ rà soát định kỳ hằng năm { $year }
review-progress-hint = Đếm các hộ của kỳ rà soát năm này, không phải danh sách đang có hiệu lực. “–”: chưa mở kỳ rà soát.
measure-deprivations = Số chỉ số thiếu hụt
measure-deprivation_score = Điểm thiếu hụt
review-decided-poor = Quyết định hộ nghèo
review-decided-near-poor = Quyết định hộ cận nghèo
review-progress-none = Không có đơn vị nào.
review-progress-map = Số hộ nghèo đã quyết định trong kỳ rà soát hằng năm { $year }
review-progress-undecided = chưa quyết định xong
review-whole-country = Cả nước
review-unit = Đơn vị
review-total = Tổng cộng

# Danh sách hộ.
review-cases = Số hộ
review-case-list = Danh sách hộ rà soát
review-no-cases = Chưa có hộ nào trong danh sách.
review-cases-found = { $count } hộ
review-cases-count = { $count } hộ
review-case-title = Hồ sơ rà soát: { $name }
review-search-name = Họ tên chủ hộ (gõ không dấu cũng được)
review-household = Hộ gia đình
review-households = Số hộ
review-head = Họ và tên chủ hộ
review-code = Mã hộ
review-persons = Số nhân khẩu
review-waits-for = Đang chờ bước
review-before = Kỳ trước
review-status = Kết quả phân loại
review-proposed = Kết quả dự kiến
review-no-status = –
review-undetermined = Chưa xác định
review-state-posted = Đang niêm yết
review-state-done = Đã xong
review-state-withdrawn = Đã rút khỏi danh sách
review-add = Thêm hộ vào danh sách
review-find-household = Tìm hộ: họ tên hoặc mã hộ
review-no-household = Không tìm thấy hộ nào.
review-reason = Lý do rà soát
review-reason-listed = Đang có trong danh sách
review-reason-newly_escaped = Mới ra khỏi danh sách
review-reason-requested = Hộ có giấy đề nghị
review-reason-proposed = Xã đưa vào danh sách
review-requests = Giấy đề nghị đang chờ
review-requests-none = Không có giấy đề nghị nào đang chờ.
review-requests-explained = Giấy đề nghị rà soát của hộ được ghi vào ngày nhận, bất cứ ngày nào. Khi mở đợt rà soát thường xuyên, các giấy đang chờ tự thành hồ sơ của đợt đó.
review-request-record = Ghi giấy đề nghị rà soát
review-request-begins = Đợt rà soát mở từ ngày
review-request-withdraw = Rút giấy đề nghị
review-request-withdraw-reason = Lý do
review-requested-on = Ngày nhận giấy đề nghị
review-requested-on-hint = Chỉ ghi khi hộ có giấy đề nghị.
review-withdraw = Rút khỏi danh sách
review-withdraw-hint = Hộ sẽ không được rà soát trong kỳ này. Lý do được ghi vào sổ nhật ký.
review-withdraw-reason = Lý do
review-not = Không, quay lại
review-see-cases = Xem danh sách hộ

# Hồ sơ.
review-changed-since = Hộ đã thay đổi sau khi lập danh sách; kỳ rà soát dùng thông tin lúc lập danh sách.
review-changed-since-by = Hộ đã thay đổi sau khi lập danh sách ({ $changes }); kỳ rà soát dùng thông tin lúc lập danh sách.
review-changed-cases = Các hộ đã thay đổi sau khi lập danh sách; quyết định theo thông tin lúc lập danh sách:
change-kind-born = có trẻ mới sinh
change-kind-moved_in = có người chuyển đến
change-kind-died = có người mất
change-kind-moved_out = có người chuyển đi
change-kind-new_head = đổi chủ hộ
change-kind-corrected = sửa thông tin thành viên
change-kind-members = thay đổi thành viên
change-kind-household_split = tách hộ
change-kind-household_moved = hộ chuyển đi
change-kind-household_moved_within = chuyển thôn, bản trong xã
change-kind-household_came = hộ chuyển đến
change-kind-household_merged = gộp hộ
review-picture-of = Theo thông tin của sổ tại ngày { $day }.
review-status-and-reason = Kết quả và lý do
review-no-answers = Chưa có phiếu nào được ký.
review-members = Thành viên
review-member = Họ và tên
review-member-number = Thành viên { $number }:{" "}
review-relation = Quan hệ với chủ hộ
review-sex = Giới tính
review-born = Ngày sinh
review-ethnic = Dân tộc
review-versions = Các lần ký phiếu
review-version = Lần
review-version-one = So lần
review-version-other = với lần
review-compare = So sánh các lần
review-see-answers = Xem câu trả lời
review-signed-by = Người ký
review-signed-at = Lúc
review-differences = { $count ->
        [0] Không có câu nào khác nhau.
        *[other] { $count } câu khác nhau.
    }
review-differs = khác
review-question = Câu hỏi
review-assessments = Điểm và chỉ số
review-answers = Câu trả lời
review-not-answered = chưa trả lời
review-yes = Có
review-no = Không
review-unknown = Chưa rõ
review-votes = Kết quả biểu quyết
review-history = Quá trình
review-indicators = Các chỉ số
review-indicator = Chỉ số
review-dimension = Chiều thiếu hụt
review-deprived = Thiếu hụt
review-deprived-yes = Thiếu hụt
review-deprived-no = Không thiếu hụt
review-deprived-unknown = Chưa rõ
review-flags = Thuộc diện
review-unverified = Dựa trên giá trị chưa kiểm chứng ({ $count } văn bản)
review-documents = Tài liệu, ảnh
review-no-documents = Chưa có tài liệu.
review-document-add = Thêm tài liệu hoặc ảnh
review-document-hint = Ảnh JPEG, PNG hoặc tệp PDF, không quá 5 MB.
review-document-send = Gửi tài liệu
review-mime-photo = ảnh
review-mime-pdf = PDF
review-mime-file = tệp

# Phiếu.
review-form = Điền phiếu rà soát
review-form-title = Phiếu rà soát: { $name }
review-asked-for = Mục đích
review-correct = Sửa sai sót của phiếu
review-recheck = Phúc tra
review-answers-reason-survey = Rà soát
review-answers-reason-recheck = Phúc tra theo khiếu nại
review-answers-reason-correction = Sửa sai sót trước quyết định
review-questions-general = Thông tin chung
review-question-open = còn phải hỏi
review-questions-open = Còn { $count } câu phải hỏi
review-problems = { $count } câu trả lời chưa hợp lệ
review-answer-before = Kỳ trước
review-save = Lưu nháp và tính lại
review-saving = Đang lưu…
review-saved-at = Đã lưu nháp lúc { $time }.
review-sign = Ký phiếu
review-sign-hint = Phiếu đã ký không xóa được; sửa sai là một lần ký mới.
review-sure = Tôi đã hỏi và ghi đúng
review-sure-first = hãy đánh dấu “Tôi đã hỏi và ghi đúng” trước khi ký
review-same = Câu trả lời vẫn như cũ: tôi muốn ký lại một lần nữa
review-same-first = không có câu trả lời nào thay đổi so với lần ký trước; nếu vẫn muốn ghi thêm một lần ký, hãy đánh dấu “Câu trả lời vẫn như cũ” rồi ký
review-my-draft = Bản nháp của tôi
review-draft-differs = Bản nháp của anh/chị khác với phiếu đã ký gần nhất ({ $who }, { $when })
review-draft-stale = Có người đã cập nhật hồ sơ này sau khi anh/chị viết bản nháp. Hãy so sánh hai bản trước khi ký.
review-draft-drop = Bỏ bản nháp, lấy lại phiếu đã ký

# Họp dân.
review-meeting-new = Ghi cuộc họp dân
review-meeting-choose = Cuộc họp của thôn, bản nào?
review-meeting-record = Ghi cuộc họp
review-no-meeting-waits = Không có hộ nào chờ họp dân.
review-quorum = Điều kiện thông qua
review-held-on = Ngày họp
review-invited = Số đại diện hộ được mời
review-present = Số người dự họp
review-present-of = { $present } trên { $invited }
review-chair = Người chủ trì
review-secretary = Thư ký
review-votes-hint = Ghi số người đồng ý với từng hộ; hộ nào cũng phải có.
review-agree = Số người đồng ý
review-notes = Ý kiến tại cuộc họp
review-carried = Được thống nhất
review-repeated = Phải rà soát lại
review-result = Kết quả
review-agreed = Được thống nhất
review-not-agreed = Chưa được thống nhất
review-minutes = Biên bản họp dân
review-minutes-result = Số hộ được thống nhất: { $carried }; số hộ phải rà soát và họp lại: { $repeated }.
review-print-hint = Để in: Ctrl + P.

# Niêm yết.
review-posting = Niêm yết
review-posting-new = Niêm yết danh sách
review-posting-hint = Danh sách được niêm yết từ hôm nay và không sửa được nữa.
review-nothing-to-post = Không có hộ nào chờ niêm yết.
review-posted-of = Danh sách của
review-whole-commune = Cả xã
review-posted-where = Nơi niêm yết
review-posted-on = Từ ngày
review-posted-until = Đến hết ngày
review-posted-unknown = Bộ quy định chưa có số ngày niêm yết.
review-posted-over = đã hết thời gian niêm yết
review-posted-last-day = ngày cuối
review-hangs-for = Thời gian niêm yết
review-posted-list = Danh sách niêm yết công khai
review-posted-from-to = Niêm yết tại { $place } từ { $from } đến hết { $until }.
review-how-to-complain = Ai thấy kết quả chưa đúng có thể gửi khiếu nại đến Ủy ban nhân dân xã, bằng lời hoặc bằng văn bản.
review-recheck-within = Hộ được phúc tra trong { $limit } kể từ khi nhận khiếu nại.
review-number = STT
review-root = Gốc của sổ nhật ký
review-root-hint = Dấu kiểm dưới đây cho phép kiểm tra rằng danh sách này không bị sửa sau ngày niêm yết.
review-signature = Chữ ký số
review-public-key = Khóa công khai

# Khiếu nại.
review-complaint = Khiếu nại
review-complaints = Khiếu nại
review-complaints-open = Khiếu nại chờ trả lời
review-complaints-all = Xem tất cả khiếu nại
review-complaints-also-answered = Xem cả khiếu nại đã trả lời
review-complaints-only-open = Chỉ xem khiếu nại chưa trả lời
review-no-complaints = Không có khiếu nại.
review-complain = Ghi khiếu nại
review-complaint-kind = Nội dung khiếu nại
review-complaint-wrongly_in = Hộ có tên trong danh sách nhưng không đúng đối tượng
review-complaint-wrongly_out = Hộ đúng đối tượng nhưng không có tên trong danh sách
review-complaint-wrong_data = Thông tin ghi sai
review-complaint-text = Lời khiếu nại
review-complaint-not-told = Không hiển thị được lời khiếu nại.
review-received = Ngày nhận
review-not-rechecked = Chưa phúc tra.
review-answer = Trả lời
review-answer-hint = Muốn trả lời “kết quả thay đổi” hoặc “giữ nguyên” thì phải phúc tra trước.
review-answer-text = Nội dung trả lời
review-answer-send = Trả lời khiếu nại
review-not-answered-yet = Chưa trả lời.
review-outcome-changed = Kết quả thay đổi
review-outcome-corrected = Sửa thông tin ghi sai, phân loại không đổi
review-outcome-confirmed = Giữ nguyên kết quả
review-outcome-not_enough_evidence = Chưa đủ căn cứ

# Ý kiến cấp trên.
review-appraisal = Cho ý kiến
review-appraisal-hint = Đánh dấu hộ cần rà soát lại; các hộ còn lại được đồng ý.
review-appraisal-note = Ý kiến
review-appraise = Gửi ý kiến
review-send-back = Rà soát lại
review-nothing-to-appraise = Không có hộ nào chờ ý kiến.

# Quyết định.
review-decision = Quyết định
review-decide = Ký quyết định
review-decide-hint = Quyết định áp dụng cho cả { $count } hộ đã sẵn sàng: hoặc tất cả, hoặc không hộ nào. Đã ký thì không sửa được.
review-not-ready = Những hộ này chưa quyết định được vì còn khiếu nại chưa trả lời.
review-nothing-to-decide = Không có hộ nào chờ quyết định.
review-decision-number = Số quyết định
review-decision-number-title = Quyết định số { $number }
review-decision-title = QUYẾT ĐỊNH
review-decision-ground = Căn cứ
review-decision-effective = Kết quả của { $count } hộ dưới đây có hiệu lực từ ngày { $day }.
review-decided-on = Ngày ký
review-when-decided = khi quyết định: { $name }
review-effective = Có hiệu lực từ
review-effective-hint = Để trống: từ ngày ký.
review-certificate = Giấy chứng nhận
review-certificates = Giấy chứng nhận
review-certificate-title = GIẤY CHỨNG NHẬN
review-certificates-wait = { $count } hộ chờ cấp giấy chứng nhận.
review-certificates-issue = Cấp giấy chứng nhận
review-no-certificates = Chưa có giấy chứng nhận.

# Việc vừa làm xong.
done-review-opened = Đã mở kỳ rà soát.
done-review-closed = Đã kết thúc kỳ rà soát.
done-review-added = Đã thêm hộ vào danh sách.
done-review-request-recorded = Đã ghi giấy đề nghị.
done-review-request-withdrawn = Đã rút giấy đề nghị.
done-review-withdrawn = Đã rút hộ khỏi danh sách.
done-review-saved = Đã lưu nháp.
done-review-signed = Đã ký phiếu.
done-review-draft-dropped = Đã bỏ bản nháp.
done-review-attached = Đã lưu tài liệu.
done-review-meeting = Đã ghi cuộc họp.
done-review-posted = Đã niêm yết.
done-review-complained = Đã ghi khiếu nại.
done-review-answered = Đã trả lời khiếu nại.
done-review-appraised = Đã gửi ý kiến.
done-review-decided = Đã ký quyết định.
done-review-issued = Đã cấp giấy chứng nhận.

# Đầu trang của các văn bản.
paper-state = CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
paper-motto = Độc lập – Tự do – Hạnh phúc
paper-number = Số

# Kiểm tra giấy chứng nhận.
verify-title = Kiểm tra giấy chứng nhận
verify-explained = Quét mã vuông trên giấy bằng điện thoại, hoặc dán nội dung của mã vào đây.
verify-code = Nội dung của mã
verify-check = Kiểm tra
verify-holds = Giấy này do sổ cấp và đang có giá trị.
verify-void = Giấy này do sổ cấp nhưng đã hết giá trị từ ngày { $day }.
verify-missing = Chữ ký đúng, nhưng sổ không có giấy này. Hãy hỏi Ủy ban nhân dân xã.
verify-not-ours = Mã này không do sổ này ký: giấy không phải của sổ, hoặc mã bị chép sai.
verify-issued = Ngày cấp
verify-offline = Kiểm tra khi không có mạng
verify-offline-explained = Mã chứa nội dung giấy kèm chữ ký. Lệnh vuon audit check-certificate kiểm tra chữ ký bằng khóa công khai này, không cần sổ; chỉ sổ mới biết giấy có bị hủy sau đó hay không.
verify-key = Khóa công khai
paper-file = Tải bản in (PDF)
paper-reasons = Thông báo kết quả và lý do (PDF)
paper-filled = Phiếu đã ký (PDF)
paper-filled-a = Phiếu A – nhận dạng nhanh, đã điền (PDF)
paper-form = Phiếu trống (PDF)
paper-form-a = Phiếu A trống (PDF)
